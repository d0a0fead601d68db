"""Pages: the regulation of the region and of a municipality, with what it means by an example."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope, WorkingDay
from contracts.event import REGION
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, number_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.regulation import HOUR, Promise
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.regulation.commands.look_at_regulation import Looked, look_at_regulation
from services.hierarchy.regulation.commands.set_regulation import NewRegulation, set_regulation
from services.hierarchy.regulation.domain.examples import examples
from services.hierarchy.regulation.domain.typed import FIELDS, TypedAct, TypedDay
from services.hierarchy.regulation.domain.versions import STEPS, WEEKDAYS, Version, spoken
from services.hierarchy.regulation.store import regulations
from services.hierarchy.regulation.store.regulations import Names

ADDRESS = "/cabinet/regulation"


@dataclass(frozen=True, slots=True)
class Row:
    """A step with its time in words, and whose promise it is."""

    name: str
    time: str
    promise: Promise


class RegulationPages(Controller):
    """By when who must have answered; Heads adapt it by an act, the administrator sets the region's."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def of_region(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """The region's default."""
        return await _page(visit, None)

    @get("/{code:str}")
    async def of_municipality(
        self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]
    ) -> Response[str]:
        """A municipality's, which is the region's until its Head adapts it."""
        return await _page(visit, code)

    @post()
    async def set_region(self, visit: NamedDependency[Visit[Staff]]) -> Answer:
        """A version of the region's default."""
        return await _set(visit, None)

    @post("/{code:str}")
    async def set_municipality(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """A version by an act of the Head."""
        return await _set(visit, code)


async def _set(visit: Visit[Staff], code: str | None) -> Answer:
    form = await visit.sent()
    async with visit.refusing():
        await set_regulation(visit.pool, visit.who, _typed(form, code), await visit.moment())
        return visit.go(_address(code), done="set")
    return await _page(visit, code)


def _typed(form: Form, code: str | None) -> NewRegulation:
    week = [TypedDay(*(form.of(f"{name}-{field}") for field in FIELDS)) for name in WEEKDAYS]
    return NewRegulation(
        municipality=code,
        from_day=form.of("from_day"),
        hours={step.value: form.of(step.value) for step in STEPS},
        week=week,
        act=TypedAct(form.of("number"), form.of("day")) if code else None,
        seen=number_of(form.of("seen")) or 0,
    )


async def _page(visit: Visit[Staff], code: str | None) -> Response[str]:
    who = visit.who
    async with visit.pool.acquire() as db, db.transaction():
        looked = await look_at_regulation(db, code, visit.now)
        inside = may(who, Deed.SEE_REGULATION, looked.place)
        names = await regulations.names(db, looked.place.tenant) if inside else {}
    sets = may(who, Deed.SET_REGULATION, looked.place) and not looked.place.transformed
    if sets:
        visit.form.values = _filled(looked) | visit.form.values
    stands = looked.stands
    return await visit.page(
        "regulation/regulation.html",
        place=looked.place if code else None,
        address=_address(code),
        of_region=ADDRESS,
        back=address_of(Scope.MUNICIPALITY, code) if code and inside else "/cabinet",
        rows=[Row(STEPS[step], spoken(each.minutes), each) for step, each in looked.promises.items()],
        own=stands.municipality != REGION,
        stands=stands,
        week=_week(stands),
        zone=stands.time_zone,
        examples=examples(looked.schedule, looked.minutes, looked.day),
        steps=STEPS,
        coming=[(each, _times(each), _week(each)) for each in looked.coming],
        history=_history(looked, names) if inside else [],
        weekdays=WEEKDAYS,
        sets=sets,
        first=looked.day,
        done=visit.query.get("done", ""),
    )


def _address(code: str | None) -> str:
    return f"{ADDRESS}/{code}" if code else ADDRESS


def _history(
    looked: Looked, names: Mapping[int, Names]
) -> list[tuple[Version, list[tuple[str, str]], Names]]:
    """Every version, the latest first, with who has set it."""
    nobody = Names("", "")
    return [(each, _times(each), names.get(each.number, nobody)) for each in reversed(looked.own)]


def _times(version: Version) -> list[tuple[str, str]]:
    """Each step that a version names, with its time in words."""
    return [(name, spoken(version.minutes[step])) for step, name in STEPS.items() if step in version.minutes]


def _week(version: Version) -> list[tuple[str, str, str]]:
    """Weekday, working hours and lunch in words; nothing where it is not worked."""
    return [
        (name, *(_hours(day) if day else ("", "")))
        for name, day in zip(WEEKDAYS.values(), version.week, strict=True)
    ]


def _hours(day: WorkingDay) -> tuple[str, str]:
    lunch = f"{day.lunch_begins:%H:%M}–{day.lunch_ends:%H:%M}" if day.lunch_begins and day.lunch_ends else ""
    return f"{day.begins:%H:%M}–{day.ends:%H:%M}", lunch


def _filled(looked: Looked) -> dict[str, str]:
    """The form as the latest version stands."""
    newest = looked.own[-1] if looked.own else looked.stands
    minutes = {step.value: each for step, each in looked.minutes.items()} | dict(newest.minutes)
    times = {
        f"{name}-{field}": f"{hour:%H:%M}"
        for name, day in zip(WEEKDAYS, newest.week, strict=True)
        for field in FIELDS
        if day and (hour := getattr(day, field))
    }
    seen = looked.own[-1].number if looked.own else 0
    return {step: _written(each) for step, each in minutes.items()} | times | {"seen": str(seen)}


def _written(minutes: int) -> str:
    """Minutes as hours are typed: «1,5»."""
    return f"{(Decimal(minutes) / HOUR).normalize():f}".replace(".", ",")
