"""Pages: the days of a municipality's interim results, and what was frozen at their ends."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, number_of
from services.chassis.web.tables import download, ending_of, files
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.checkpoints.commands.list_checkpoints import list_checkpoints
from services.hierarchy.checkpoints.commands.look_at_results import Seen, look_at_results
from services.hierarchy.checkpoints.commands.set_checkpoints import NewCheckpoints, set_checkpoints
from services.hierarchy.checkpoints.domain.days import Standing, rule_in_words
from services.hierarchy.checkpoints.domain.results import Checkpoint, State
from services.hierarchy.checkpoints.pages.columns import MEANING, WORDS, figures_of, named
from services.hierarchy.checkpoints.pages.wanted import BOXES, WAYS, wanted_of
from services.hierarchy.checkpoints.store import schedules
from services.hierarchy.checkpoints.store.schedules import Version
from services.hierarchy.core.addresses import address_of, address_of_checkpoints
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.targets.domain.proposals import Known, named_settlements
from services.hierarchy.territory.store import municipalities

COLUMNS = named(("День", "Состояние", "Чья дата"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A municipality with its days; `versions`: of its own days, for whom they are."""

    seen: Seen
    standing: Standing
    found: list[Checkpoint]
    versions: list[Version]
    known: Known


class MunicipalityCheckpoints(Controller):
    """The interim results of a municipality."""

    path = "/cabinet/municipalities/{code:str}/checkpoints"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def listed(
        self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]
    ) -> Response[str] | Response[bytes]:
        """What is to come, and every result; `format=csv` or `xlsx`: as a file."""
        if ending := ending_of(visit.query):
            return await _file(visit, code, ending)
        return await _page(visit, code)

    @post()
    async def set_days(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """The days are set by an act."""
        form = await visit.sent()
        async with visit.refusing():
            seen = number_of(form.of("seen"))
            given = NewCheckpoints(code, wanted_of(form), form.of("number"), form.of("day"), seen or 0)
            await set_checkpoints(visit.pool, visit.who, given, await visit.moment())
            return visit.go(address_of_checkpoints(code), done="set")
        return await _page(visit, code)


def back_of(seen: Seen, known: Known) -> Option:
    """The municipality's page; for the people of its district, who see figures alone, the district's list."""
    if seen.texts or seen.place.parent is None:
        return Option(address_of(Scope.MUNICIPALITY, seen.place.of), seen.place.name)
    return Option(address_of_checkpoints(seen.place.parent), known[seen.place.parent].name)


async def _shown(visit: Visit[Staff], code: str) -> Shown:
    async with visit.pool.acquire() as db, db.transaction():
        seen = await look_at_results(db, visit.who, code)
        known = await municipalities.all_by_code(db)
        if seen.campaign is None:
            return Shown(seen, Standing(), [], [], known)
        standing = await schedules.standing(db, seen.campaign.id, code, seen.smo)
        found = await list_checkpoints(db, seen, visit.now)
        inside = may(visit.who, Deed.SEE_PEOPLE, seen.place)
        versions = await schedules.versions(db, code, seen.campaign.id) if inside else []
        return Shown(seen, standing, found, versions, known)


async def _page(visit: Visit[Staff], code: str) -> Response[str]:
    shown = await _shown(visit, code)
    campaign, own = shown.seen.campaign, shown.standing.own
    today = region_day(campaign, visit.now)
    visit.form.values.setdefault("seen", str(shown.standing.number))
    place = shown.seen.place
    sets = may(visit.who, Deed.SET_CHECKPOINTS, place) and not place.transformed
    address = address_of_checkpoints(code)
    return await visit.page(
        "checkpoints/municipality.html",
        place=place,
        address=address,
        back=back_of(shown.seen, shown.known),
        settlements=[
            Option(address_of_checkpoints(each.code), each.name)
            for each in named_settlements(shown.known, code)
            if may(visit.who, Deed.SEE_FIGURES, each.place)
        ],
        own=own,
        rule=rule_in_words(own.rule) if own else "",
        coming=[(each, (each.day - today).days) for each in shown.found if each.state is State.COMING],
        past=[each for each in reversed(shown.found) if each.state is not State.COMING],
        versions=[(each, rule_in_words(each.rule)) for each in shown.versions],
        sets=sets and bool(campaign and campaign.open and today < campaign.close_until),
        last=campaign.close_until if campaign else None,
        ways=WAYS,
        boxes=BOXES,
        reads=shown.seen.texts,
        done=visit.query.get("done", ""),
        files=files(address),
        **({"zone": campaign.time_zone} if campaign else {}),
    )


async def _file(visit: Visit[Staff], code: str, ending: str) -> Response[bytes]:
    shown = await _shown(visit, code)
    zone = shown.seen.campaign.time_zone if shown.seen.campaign else "UTC"
    as_of = visit.now.astimezone(ZoneInfo(zone))
    name = f"Промежуточные итоги – {shown.seen.place.name}"
    rows = [
        (_written(each.day), WORDS[each.state], _whose(each), *figures_of(each.result, zone))
        for each in shown.found
    ]
    return await download(name, ending, COLUMNS, rows, as_of, MEANING)


def _written(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _whose(each: Checkpoint) -> str:
    return "рекомендовано СМО" if each.recommended else "своя"
