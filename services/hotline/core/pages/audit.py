"""Pages: the hotline's audit, for the administrator."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Controller, get
from litestar.di import NamedDependency

from contracts.appointments import Role
from contracts.event import REGION
from services.chassis.days import day_of
from services.chassis.db import tenancy
from services.chassis.errors import NotFound
from services.chassis.text import one_line
from services.chassis.web.forms import Option, number_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.core.domain.audit import DEEDS
from services.hotline.core.region import Known
from services.hotline.core.store import audit
from services.hotline.core.store.audit import Wanted

ADDRESS = "/hotline/audit"
AT_ONCE = 100
FILTER = ("place", "deed", "from", "to")


class AuditPages(Controller):
    """Who did what in the hotline, and when."""

    path = ADDRESS
    include_in_schema = False
    exception_handlers = RENEWAL

    @get()
    async def read(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Answer:
        """What was done, the newest first; in a municipality, of a deed, from a day to another, if the
        address says so. Raises NotFound for all but an administrator."""
        if not visit.who.holds(Role.ADMINISTRATOR):
            raise NotFound("not-found")
        chosen = _chosen(visit.query)
        before = number_of(visit.query.get("before", ""), longest=17)
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            deeds = await audit.wanted(db, _wanted(chosen, known), before, AT_ONCE + 1)
        more = {"before": deeds[AT_ONCE - 1].id} if len(deeds) > AT_ONCE else None
        return await visit.page(
            "core/audit.html",
            deeds=[(deed, _place(known, deed.municipality)) for deed in deeds[:AT_ONCE]],
            words=DEEDS,
            chosen=chosen,
            actions=[Option(action, word) for action, word in DEEDS.items()],
            more=f"{ADDRESS}?{urlencode(chosen | more)}" if more else "",
        )


def _place(known: Known, municipality: str) -> str:
    return "" if municipality == REGION else known.picture.name_of(municipality) or municipality


def _chosen(query: Mapping[str, str]) -> dict[str, str]:
    """The filter of the address, without what is empty or no filter."""
    given = {name: one_line(query.get(name, ""))[:200] for name in FILTER}
    if given["deed"] not in DEEDS:
        given["deed"] = ""
    for name in ("from", "to"):
        given[name] = day.isoformat() if (day := day_of(given[name])) else ""
    return {name: value for name, value in given.items() if value}


def _wanted(chosen: Mapping[str, str], known: Known) -> Wanted:
    """`from` and `to` are whole days by the region's clocks."""
    first, last = day_of(chosen.get("from", "")), day_of(chosen.get("to", ""))
    zone = _zone(known)
    return Wanted(
        places=_places(chosen.get("place", ""), known),
        action=chosen.get("deed", ""),
        since=datetime.combine(first, time(), zone) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    )


def _zone(known: Known) -> ZoneInfo:
    try:
        return ZoneInfo(known.campaign.time_zone)
    except NotFound:
        return ZoneInfo("UTC")


def _places(part: str, known: Known) -> list[str] | None:
    """The municipalities of this code, or with this in the name; None: all."""
    if not part:
        return None
    names = known.picture.municipalities.values()
    return [each.code for each in names if part == each.code or part.casefold() in each.name.casefold()]
