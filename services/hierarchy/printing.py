"""Acts as PDF, to be printed and signed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import typst

from services.chassis.pages import day
from services.chassis.turns import Turns
from services.hierarchy.domain.acts import Appointed, Entered, signer_of
from services.hierarchy.domain.appointments import TITLES
from services.hierarchy.store.acts import Formed

TEMPLATE = Path(__file__).with_name("act.typ")

AT_ONCE, WAITING = 2, 20
"""Acts typeset at the same time, each for some tenths of a second on a core, and how many may wait."""


class Press:
    """Typesets acts off the event loop, in fonts of its own: neither the machine's nor the network's."""

    def __init__(self) -> None:
        self._turns = Turns(AT_ONCE, WAITING)
        self._fonts = typst.Fonts(include_system_fonts=False)

    async def printed(
        self, act: Entered, annex: Sequence[Appointed], formed: Sequence[Formed], zone: str
    ) -> bytes:
        """An act with its annex as PDF, days by the clocks of a time zone. Raises Unavailable if too many
        wait."""
        document = orjson.dumps(_document(act, annex, formed, ZoneInfo(zone))).decode()
        async with self._turns.turn():
            return await asyncio.to_thread(self._typeset, document)

    def _typeset(self, document: str) -> bytes:
        return typst.compile(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=self._fonts,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"act": document},
        )


def _document(
    act: Entered, annex: Sequence[Appointed], formed: Sequence[Formed], zone: ZoneInfo
) -> dict[str, object]:
    signer = signer_of(act, annex)
    return {
        "title": f"Распоряжение № {act.number}",
        "number": act.number,
        "day": f"{day(act.day)} {act.day.year} г.",
        "place": act.place,
        "annex": [
            {
                "name": each.name,
                "title": TITLES[each.role],
                "place": each.place or "регион",
                "term": _term(each, zone),
            }
            for each in annex
        ],
        "groups": [{"name": group.name, "area": _area(group)} for group in formed],
        "signer": {"title": signer.title, "name": signer.name},
    }


def _term(each: Appointed, zone: ZoneInfo) -> str:
    until = f" по {_numeric(each.until_at, zone)}" if each.until_at else ""
    return f"с {_numeric(each.from_at, zone)}{until}"


def _numeric(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d.%m.%Y}"


def _area(group: Formed) -> str:
    rest = "всё, чего нет у других групп" if group.covers_all else f"организаций: {group.organizations}"
    return "; ".join([*group.directions, rest])
