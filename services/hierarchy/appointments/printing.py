"""Acts as PDF, to be printed and signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson

from services.chassis.process.bounded import Bounds, Workbench
from services.chassis.web.pages import day
from services.hierarchy.appointments import typesetting
from services.hierarchy.appointments.domain.acts import Appointee, Entered, signer_of
from services.hierarchy.appointments.domain.letterheads import PLAIN, Letterhead
from services.hierarchy.appointments.store.acts import Formed
from services.hierarchy.core.domain.initials import signed
from services.hierarchy.core.domain.roles import TITLES

AT_ONCE, WAITING = 1, 20
"""Acts typeset at the same time, 500 rows in some tenths of a second and 100 MB, and how many may wait."""

BOUNDS = Bounds(memory=4_000_000_000, cpu=60, seconds=30, answer=50_000_000)
"""Of one act. Typst maps far more memory than it uses: a stack for each of its threads, and its fonts."""


@dataclass(frozen=True, slots=True)
class Printout:
    """An act with all that is printed of it."""

    act: Entered
    annex: Sequence[Appointee]
    ended: Sequence[Appointee]
    formed: Sequence[Formed]
    letterhead: Letterhead = PLAIN


class Press:
    """Typesets acts, each in a process of its own: typst keeps what it has computed for one
    for the next ones, gigabytes for long annexes (messense/typst-py, issue 104)."""

    def __init__(self) -> None:
        self._acts = Workbench(typesetting.typeset, BOUNDS, AT_ONCE, WAITING)

    async def printed(self, printout: Printout, zone: str) -> bytes:
        """An act with its annex as PDF, days by the clocks of a time zone. Raises Unavailable if too many
        wait, TimeoutError, Broken."""
        return await self._acts.done(orjson.dumps(_document(printout, ZoneInfo(zone))))


def _document(printout: Printout, zone: ZoneInfo) -> dict[str, object]:
    act, annex, head = printout.act, printout.annex, printout.letterhead
    signer = signer_of(act, annex)
    return {
        "title": f"Распоряжение № {act.number}",
        "number": act.number,
        "day": f"{day(act.day)} {act.day.year} г.",
        "issuer": (head.issuer or act.place).splitlines(),
        "place": head.place,
        "preamble": head.preamble.splitlines(),
        "control": head.control,
        "annex": [
            {
                "name": each.name,
                "title": TITLES[each.role],
                "place": each.place or "регион",
                "term": _term(each, zone),
            }
            for each in annex
        ],
        "ended": [
            {"name": each.name, "title": TITLES[each.role], "place": each.place} for each in printout.ended
        ],
        "groups": [{"name": group.name, "area": _area(group)} for group in printout.formed],
        "signer": {"title": signer.title, "name": signed(signer.name)},
    }


def _term(each: Appointee, zone: ZoneInfo) -> str:
    until = f" по {_numeric(each.until_at, zone)}" if each.until_at else ""
    return f"с {_numeric(each.from_at, zone)}{until}"


def _numeric(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d.%m.%Y}"


def _area(group: Formed) -> str:
    everything = "всё, чего нет у других групп"
    scope = everything if group.covers_all else f"организаций: {group.organizations}"
    return "; ".join([*group.directions, scope])
