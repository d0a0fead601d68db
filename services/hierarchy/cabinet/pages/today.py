"""Pages: the first page of the staff («Сегодня»): what waits, what is missing, figures, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from contracts.appointments import Scope
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.text import one_line
from services.chassis.web.forms import Option, from_here, number_of
from services.chassis.web.pages import local_path
from services.chassis.web.tables import Cell, download, ending_of, files
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.remind_unanswered import remind_unanswered
from services.hierarchy.appointments.store import appointments
from services.hierarchy.appointments.store.appointments import Staffed
from services.hierarchy.cabinet.coming import coming, figures_of
from services.hierarchy.cabinet.commands.choose_evening_letter import choose_evening_letter
from services.hierarchy.cabinet.store import evening
from services.hierarchy.cabinet.waiting import look, waiting
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.forming import region_day, region_zone
from services.hierarchy.core.domain.roles import Category
from services.hierarchy.core.domain.waiting import Line, Looked
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import Overseen, overseen
from services.hierarchy.groups.domain.coverage import Coverage
from services.hierarchy.groups.store import coverage
from services.hierarchy.territory.store import municipalities

AT_ONCE, MOST = 100, 100_000

LACKING = ("1", "head", "answer", "responsible", "groups", "coordinators")

COLUMNS = (
    *("Код", "Муниципальное образование", "Район", "Глава", "Телефон главы", "Почта главы"),
    *("Ответственный", "Телефон ответственного", "Почта ответственного", "Рабочих групп"),
    *("Групп без руководителя", "Направлений без группы", "Организаций", "Без рабочей группы"),
    *("Без координатора", "Не прошли инструктаж", "Не ответили на приглашение"),
    *("Членов групп: служащих", "Руководителей организаций", "Депутатов", "Не указано, кто это"),
    *("Горячая линия", "Готово"),
)


class CabinetPages(Controller):
    """The first page of every member of the staff."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def today(self, visit: NamedDependency[Visit[Staff]]) -> Response[str] | Response[bytes]:
        """What waits for the viewer; for an overseer also what is missing by municipality, as a file
        (`format=csv` or `xlsx`) too."""
        whole = overseen(visit.who)
        if whole is not None and ending_of(visit.query):
            return await _file(visit, whole)
        async with visit.pool.acquire() as db, db.transaction():
            looked = await look(db, visit.who, visit.now)
            lines = await waiting(db, looked)
            table = await _table(db, visit, whole, looked.campaign) if whole else {}
            letter = await evening.wanted(db, visit.who.account)
        shown = _shown(visit, looked, lines)
        return await visit.page("cabinet/today.html", letter=letter, **shown, **table)

    @post("/reminders")
    async def remind(
        self, visit: NamedDependency[Visit[Staff]], entrance: NamedDependency[Entrance]
    ) -> Redirect:
        """Write once more to those who have not signed in yet, and back to where the button was."""
        form = await visit.sent()
        done = await remind_unanswered(visit.pool, entrance, visit.who, await visit.moment())
        return visit.go(local_path(form.of("back"), "/cabinet"), reminded=done.reminded)

    @post("/evening-letter")
    async def choose_letter(self, visit: NamedDependency[Visit[Staff]]) -> Redirect:
        """Whether the letter at the end of the day comes, and back."""
        form = await visit.sent()
        await choose_evening_letter(visit.pool, visit.who, bool(form.of("wanted")), await visit.moment())
        return visit.go("/cabinet#letter")


def _shown(visit: Visit[Staff], looked: Looked, lines: Sequence[Line]) -> dict[str, Any]:
    """What everybody's first page has."""
    campaign = looked.campaign
    day = region_day(campaign, visit.now)
    return {
        "lines": lines,
        "places": [Option(address_of(place.scope, place.of), place.name) for place in looked.places],
        "schools": looked.of(Scope.ORGANIZATION),
        "figures": figures_of(visit.who),
        "day": day,
        "as_of": visit.now,
        "coming": coming(campaign, day) if campaign else [],
        "reminded": number_of(visit.query.get("reminded", "")),
        "done": visit.query.get("done", ""),
    }


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which municipalities of the overview are wanted."""

    typed: str
    missing: str
    after: str | None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """As the address says it."""
        missing = query.get("missing", "")
        typed = one_line(query.get("q", ""))[:200]
        return cls(typed, missing if missing in LACKING else "", query.get("after"))


async def _table(
    db: Db, visit: Visit[Staff], whole: Overseen, campaign: CampaignDefined | None
) -> dict[str, Any]:
    wanted = Wanted.of(visit.query)
    found, stated = await _found(db, whole, wanted, campaign, AT_ONCE + 1)
    return {
        "municipalities": await municipalities.count_of_smos(db, whole.smos),
        "stated": stated,
        "rows": found[:AT_ONCE],
        "names": whole.names,
        "q": wanted.typed,
        "missing": wanted.missing,
        "files": files("/cabinet", q=wanted.typed, missing=wanted.missing),
        "more": _more(wanted, found[AT_ONCE - 1].code) if len(found) > AT_ONCE else "",
    }


async def _file(visit: Visit[Staff], whole: Overseen) -> Response[bytes]:
    async with visit.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        found, stated = await _found(db, whole, Wanted.of(visit.query), campaign, MOST)
        kinds = await appointments.members_by_category(db)
    zone = region_zone(campaign)
    rows = (_cells(row, stated.get(row.code), kinds[row.code], zone) for row in found)
    as_of = visit.now.astimezone(zone)
    return await download("Что ещё не сделано", ending_of(visit.query), COLUMNS, rows, as_of)


async def _found(
    db: Db, whole: Overseen, wanted: Wanted, campaign: CampaignDefined | None, limit: int
) -> tuple[list[Staffed], dict[str, Coverage]]:
    """The municipalities that are wanted, and what was stated of each."""
    await tenancy.see(db, *await municipalities.of_smos(db, whole.smos))
    stated = await coverage.stated(db, campaign.id) if campaign else {}
    found = await appointments.overview(db, whole.smos, wanted.typed, wanted.missing, wanted.after, limit)
    return found, stated


def _more(wanted: Wanted, after: str) -> str:
    return "/cabinet?" + urlencode({"q": wanted.typed, "missing": wanted.missing, "after": after})


def _cells(
    row: Staffed, stated: Coverage | None, kinds: Mapping[Category | None, int], zone: ZoneInfo
) -> tuple[Cell, ...]:
    """A municipality as a row of a file, with the two people whom its SMO may call."""
    head = (row.head or "не назначен", row.head_phone, row.head_email)
    responsible = (row.responsible or "не назначен", row.responsible_phone, row.responsible_email)
    members = tuple(kinds[kind] for kind in (*Category, None))
    counts: tuple[Cell, ...] = (None,) * 8
    if stated:
        counts = (
            *(stated.groups, stated.groups_without_leader, stated.directions_uncovered, stated.organizations),
            *(
                stated.organizations_uncovered,
                stated.coordinators_missing,
                stated.unbriefed,
                stated.unanswered,
            ),
        )
    line = ("есть" if stated.line else "нет") if stated else "нет данных"
    formed = _formed(stated, zone)
    return (row.code, row.name, row.district, *head, *responsible, *counts, *members, line, formed)


def _formed(stated: Coverage | None, zone: ZoneInfo) -> str:
    if stated is None:
        return "нет данных"
    return f"{stated.formed_at.astimezone(zone):%d.%m.%Y}" if stated.formed_at else "нет"
