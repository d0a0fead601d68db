"""Pages: the days that an SMO recommends, and what its municipalities have of a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.days import day_of
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.chassis.text import one_line
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, number_of
from services.chassis.web.tables import download, ending_of, files
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.checkpoints.commands.look_at_counting import look_at_counting
from services.hierarchy.checkpoints.commands.recommend_checkpoints import (
    NewRecommendation,
    recommend_checkpoints,
)
from services.hierarchy.checkpoints.domain.days import Recommendation, Standing, rule_in_words
from services.hierarchy.checkpoints.domain.results import State, state_of
from services.hierarchy.checkpoints.pages.columns import MEANING, WORDS, figures_of, named
from services.hierarchy.checkpoints.pages.wanted import BOXES, WAYS, wanted_of
from services.hierarchy.checkpoints.store import results, schedules
from services.hierarchy.checkpoints.store.results import OfDay
from services.hierarchy.core.addresses import CHECKPOINTS
from services.hierarchy.core.domain.forming import region_day
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import Overseen, overseen
from services.hierarchy.territory.store import municipalities, smos

AT_ONCE = 100
OTHER = "other"
"""The state of a municipality that does not look at its figures on that day."""

SEEN = "seen:"
"""Names of the fields with the version of each SMO that is changed begin like this."""

STATES: Mapping[str, str] = {**{str(state): word for state, word in WORDS.items()}, OTHER: "другие даты"}
FILTERS = (*STATES, "unconcluded", "concluded")
COLUMNS = named(("Код", "Муниципальное образование", "Район", "Состояние", "Вывод"))


@dataclass(frozen=True, slots=True)
class Row:
    """A municipality on a day: its state (one of STATES), and what it has."""

    state: str
    of: OfDay

    def is_wanted(self, state: str) -> bool:
        """Whether a filter takes it."""
        frozen = self.state == State.FROZEN
        if state in ("unconcluded", "concluded"):
            return frozen and bool(self.of.conclusion) is (state == "concluded")
        return not state or state == self.state


@dataclass(frozen=True, slots=True)
class Table:
    """What an overseer sees of a day, or of none if no day is anybody's."""

    campaign: CampaignDefined | None
    councils: Sequence[tuple[Option, Recommendation | None]]
    days: Sequence[date] = ()
    day: date | None = None
    rows: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for."""

    day: date | None
    state: str
    typed: str
    after: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """As the address says it; what it cannot say is as if it were not there."""
        state = query.get("state", "")
        typed = one_line(query.get("q", ""))[:200]
        state = state if state in FILTERS else ""
        return cls(day_of(query.get("day", "")), state, typed, query.get("after", ""))


class CouncilCheckpoints(Controller):
    """The interim results of the municipalities that somebody oversees."""

    path = CHECKPOINTS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def table(self, visit: NamedDependency[Visit[Staff]]) -> Response[str] | Response[bytes]:
        """A day of every municipality; `format=csv` or `xlsx`: as a file."""
        if ending := ending_of(visit.query):
            return await _file(visit, ending)
        return await _page(visit)

    @post()
    async def recommend(self, visit: NamedDependency[Visit[Staff]]) -> Answer:
        """Days are recommended."""
        form = await visit.sent()
        async with visit.refusing():
            smo = form.of("smo")
            seen = number_of(form.of(f"{SEEN}{smo}"))
            given = NewRecommendation(smo, wanted_of(form), seen or 0)
            await recommend_checkpoints(visit.pool, visit.who, given, await visit.moment())
            return visit.go(CHECKPOINTS, done="recommended")
        return await _page(visit)


def _whole(visit: Visit[Staff]) -> Overseen:
    whole = overseen(visit.who)
    if whole is None:
        raise NotFound("not-found")
    return whole


async def _table(visit: Visit[Staff], wanted: Wanted) -> Table:
    whole = _whole(visit)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *await municipalities.of_smos(db, whole.smos), REGION)
        campaign = await campaigns.current(db)
        known = (await smos.all_by_id(db)).values()
        councils = [Option(smo.id, smo.name) for smo in known if whole.smos is None or smo.id in whole.smos]
        if campaign is None:
            return Table(None, [(council, None) for council in councils])
        recommended = await schedules.recommended(db, campaign.id)
        of_councils = [(council, recommended.get(council.code)) for council in councils]
        days = await _days(db, campaign, whole, [each for _, each in of_councils if each])
        day = wanted.day or _first_shown(days, region_day(campaign, visit.now))
        if day is None:
            return Table(campaign, of_councils)
        found = await results.of_day(db, campaign.id, day, whole.smos, wanted.typed)
        own = await schedules.own_of(db, campaign.id, [each.code for each in found])
        over = day < region_day(campaign, visit.now)
        without = {each.code: each.smo for each in found if over and each.result is None}
        counting = await look_at_counting(db, campaign, without)
    today, rows = region_day(campaign, visit.now), list[Row]()
    for each in found:
        standing = Standing(own.get(each.code), recommended.get(each.smo) if each.smo else None)
        counts = each.code in without and counting.counts(each.code, day)
        looks = each.result is not None or counts or day in standing.days
        rows.append(Row(state_of(day, today, each.result, counts=counts) if looks else OTHER, each))
    return Table(campaign, of_councils, days, day, [row for row in rows if row.is_wanted(wanted.state)])


async def _days(
    db: Db, campaign: CampaignDefined, whole: Overseen, recommended: Sequence[Recommendation]
) -> list[date]:
    """The days that are recommended, set by any of the municipalities, or frozen."""
    own = await schedules.days_of(db, campaign.id, whole.smos)
    frozen = await results.days(db, campaign.id)
    return sorted({*own, *frozen, *(day for each in recommended for day in each.days)})


def _first_shown(days: Sequence[date], today: date) -> date | None:
    """The last day that is over, or else the first to come."""
    over = [day for day in days if day < today]
    return over[-1] if over else next(iter(days), None)


async def _page(visit: Visit[Staff]) -> Response[str]:
    wanted = Wanted.of(visit.query)
    table = await _table(visit, wanted)
    codes = [row.of.code for row in table.rows]
    begin = codes.index(wanted.after) + 1 if wanted.after in codes else 0
    rows, following = table.rows[begin : begin + AT_ONCE], begin + AT_ONCE < len(table.rows)
    campaign = table.campaign
    chosen: dict[str, str | int] = {
        "day": table.day.isoformat() if table.day else "",
        "state": wanted.state,
        "q": wanted.typed,
    }
    _fill(visit, table)
    return await visit.page(
        "checkpoints/council.html",
        councils=[(c, known, rule_in_words(known.rule) if known else "") for c, known in table.councils],
        days=table.days,
        chosen=table.day,
        state=wanted.state,
        q=wanted.typed,
        rows=rows,
        found=len(table.rows),
        states=STATES,
        more=f"{CHECKPOINTS}?{urlencode(chosen | {'after': rows[-1].of.code})}" if following else "",
        files=files(CHECKPOINTS, **chosen),
        recommends=bool(
            campaign and campaign.open and region_day(campaign, visit.now) < campaign.close_until
        ),
        last=campaign.close_until if campaign else None,
        ways=WAYS,
        boxes=BOXES,
        done=visit.query.get("done", ""),
        **({"zone": campaign.time_zone} if campaign else {}),
    )


def _fill(visit: Visit[Staff], table: Table) -> None:
    """Of one SMO the form is about it; of several, about the one that will be chosen."""
    if len(table.councils) == 1:
        visit.form.values.setdefault("smo", table.councils[0][0].code)
    for council, known in table.councils:
        visit.form.values.setdefault(f"{SEEN}{council.code}", str(known.number if known else 0))


async def _file(visit: Visit[Staff], ending: str) -> Response[bytes]:
    table = await _table(visit, Wanted.of(visit.query))
    zone = table.campaign.time_zone if table.campaign else "UTC"
    name = f"Промежуточные итоги на {table.day:%d.%m.%Y}" if table.day else "Промежуточные итоги"
    rows = [
        (
            *(row.of.code, row.of.name, row.of.district, STATES[row.state]),
            row.of.body,
            *figures_of(row.of.result, zone),
        )
        for row in table.rows
    ]
    return await download(name, ending, COLUMNS, rows, visit.now.astimezone(ZoneInfo(zone)), MEANING)
