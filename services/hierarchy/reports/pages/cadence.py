"""Pages: by when summaries are due."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Level
from services.chassis.db import tenancy
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import REPORTS
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import around
from services.hierarchy.reports.commands.set_cadence import NewCadence, place_of, set_cadence
from services.hierarchy.reports.domain.cadence import DAY, WEEK, WEEKDAYS, monday, rhythm_of
from services.hierarchy.reports.store import cadences

LEVELS = {
    Level.COORDINATOR: "Сводки координаторов рабочей группе",
    Level.GROUP: "Сводки рабочих групп главе",
}


class CadencePages(Controller):
    """The weekday and the time of summaries: the Head's for the municipality, a leader's for the group."""

    path = REPORTS + "/cadence/{code:str}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def shown(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """What is in force, and the form; `group`: for a group's coordinators."""
        return await _page(visit, code)

    @post()
    async def set_(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """Another weekday or time, from a day on."""
        form = await visit.sent()
        async with visit.refusing():
            group = uuid_of(form.of("group"))
            typed = [form.of(name) for name in ("level", "weekday", "at", "from_day", "number", "day")]
            await set_cadence(visit.pool, visit.who, NewCadence(code, group, *typed), await visit.moment())
            return visit.go(_address(code, group), done="set")
        return await _page(visit, code)


def _address(code: str, group: UUID | None) -> str:
    return f"{REPORTS}/cadence/{code}" + (f"?group={group}" if group else "")


async def _page(visit: Visit[Staff], code: str) -> Response[str]:
    group = uuid_of(visit.form.of("group") or visit.query.get("group", ""))
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *around(visit.who))
        place = await place_of(db, code, group)
        if place.tenant != code:
            raise NotFound("group-unknown")
        authority(visit.who, Deed.SET_CADENCE, place)
        campaign = await campaigns.current(db)
        known = await cadences.of_municipality(db, code)
    today = region_day(campaign, visit.now)
    levels = [Level.COORDINATOR] if place.group else [*LEVELS]
    standing = {level: rhythm_of(known, level, place.group, monday(today)) for level in levels}
    if visit.request.method == "GET":
        first = standing[Level.COORDINATOR]
        # From the next Monday: the first week that is its whole.
        visit.form.values |= {
            "level": Level.COORDINATOR,
            "weekday": str(first.weekday),
            "at": f"{first.at:%H:%M}",
            "from_day": str(monday(today + WEEK - DAY)),
        }
    return await visit.page(
        "reports/cadence.html",
        place=place,
        group=group,
        address=f"{REPORTS}/cadence/{code}",
        standing=[(LEVELS[level], rhythm.words) for level, rhythm in standing.items()],
        coming=[
            (LEVELS[each.level], each.rhythm.words, each.from_day)
            for each in known
            if each.from_day > monday(today) and each.working_group in (None, place.group)
        ],
        levels=[Option(level, LEVELS[level]) for level in levels],
        weekdays=[Option(str(nth), name.capitalize()) for nth, name in enumerate(WEEKDAYS)],
        done=visit.query.get("done", ""),
    )
