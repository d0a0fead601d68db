"""Acts as PDF, to be printed and signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from services.chassis.process import press
from services.chassis.web.pages import day
from services.directory.initials import signed
from services.hierarchy.appointments.domain.acts import Appointee, Entered, signer_of
from services.hierarchy.appointments.domain.letterheads import PLAIN, Letterhead
from services.hierarchy.appointments.store.acts import Formed
from services.hierarchy.core.domain.roles import TITLES

TEMPLATE = Path(__file__).with_name("act.typ")


@dataclass(frozen=True, slots=True)
class Printout:
    """An act with all that is printed of it."""

    act: Entered
    annex: Sequence[Appointee]
    ended: Sequence[Appointee]
    formed: Sequence[Formed]
    letterhead: Letterhead = PLAIN


class Press:
    """Typesets acts."""

    def __init__(self) -> None:
        self._press = press.Press(TEMPLATE)

    async def printed(self, printout: Printout, zone: str) -> bytes:
        """An act with its annex as PDF, days by the clocks of a time zone. Raises Unavailable if too many
        wait, TimeoutError, Broken."""
        return await self._press.printed(_document(printout, ZoneInfo(zone)))


def _document(printout: Printout, zone: ZoneInfo) -> dict[str, object]:
    act, annex, head = printout.act, printout.annex, printout.letterhead
    signer = signer_of(act, [*annex, *printout.ended])
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
