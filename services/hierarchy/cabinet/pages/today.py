"""Pages: the first page of the staff («Сегодня»): where people are missing, and one's own places."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

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
from services.hierarchy.core.addresses import FOLDERS, address_of
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.tenants import EVERYBODY, Overseen, overseen, tenants_of
from services.hierarchy.groups.domain.coverage import Coverage
from services.hierarchy.groups.store import coverage
from services.hierarchy.territory.store import municipalities

AT_ONCE, MOST = 100, 100_000
LACKING = ("1", "head", "answer", "responsible", "groups", "coordinators")

COLUMNS = (
    *("Код", "Муниципальное образование", "Район", "Глава", "Почта главы"),
    *("Ответственный", "Почта ответственного", "Рабочих групп"),
    *("Групп без руководителя", "Направлений без группы", "Организаций", "Без рабочей группы"),
    *("Без координатора", "Не прошли инструктаж", "Не ответили на приглашение", "Сформировано"),
)


class CabinetPages(Controller):
    """The first page of every member of the staff."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def today(self, visit: NamedDependency[Visit[Staff]]) -> Response[str] | Response[bytes] | Redirect:
        """What is missing, by municipality, on the page or as a file (`format=csv` or `xlsx`); or straight to
        the only place that is one's own."""
        whole = overseen(visit.who)
        async with visit.pool.acquire() as db, db.transaction():
            own = await _own(db, visit.who)
        if whole is not None:
            return await _overview(visit, whole, own)
        if len(own) == 1:
            return visit.go(own[0].code)
        return await visit.page("cabinet/own_places.html", places=own)

    @post("/reminders")
    async def remind(
        self, visit: NamedDependency[Visit[Staff]], entrance: NamedDependency[Entrance]
    ) -> Redirect:
        """Write once more to those who have not signed in yet, and back to where the button was."""
        form = await visit.sent()
        done = await remind_unanswered(visit.pool, entrance, visit.who, await visit.moment())
        return visit.go(local_path(form.of("back"), "/cabinet"), reminded=done.reminded)


async def _overview(
    visit: Visit[Staff], whole: Overseen, own: list[Option]
) -> Response[str] | Response[bytes]:
    query = visit.query
    typed, missing = one_line(query.get("q", ""))[:200], query.get("missing", "")
    missing = missing if missing in LACKING else ""
    ending = ending_of(query)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *await _tenants(db, whole))
        campaign = await campaigns.now_open(db)
        id_ = campaign.id if campaign else ""
        gaps = await appointments.gaps(db, whole.smos)
        covered, stated = await coverage.summed(db, whole.smos, id_), await coverage.stated(db, id_)
        found = await appointments.overview(
            db, whole.smos, typed, missing, query.get("after"), MOST if ending else AT_ONCE + 1
        )
    if ending:
        zone = ZoneInfo(campaign.time_zone if campaign else "UTC")
        rows = (_cells(row, stated.get(row.code), zone) for row in found)
        return await download("Что ещё не сделано", ending, COLUMNS, rows, visit.now.astimezone(zone))
    return await visit.page(
        "cabinet/today.html",
        gaps=gaps,
        covered=covered,
        stated=stated,
        places=own,
        rows=found[:AT_ONCE],
        names=whole.names,
        q=typed,
        missing=missing,
        reminded=number_of(query.get("reminded", "")),
        files=files("/cabinet", q=typed, missing=missing),
        more=_more(typed, missing, found[AT_ONCE - 1].code) if len(found) > AT_ONCE else "",
    )


async def _tenants(db: Db, whole: Overseen) -> list[str]:
    if whole.smos is None:
        return [EVERYBODY]
    known = await municipalities.all_by_code(db)
    return [code for code, municipality in known.items() if municipality.smo in whole.smos]


async def _own(db: Db, staff: Staff) -> list[Option]:
    """The places where they act, each with its address, the widest first."""
    await tenancy.see(db, *tenants_of(staff))
    acts = {(g.scope, g.of) for g in staff.grants if g.scope in FOLDERS}
    found = await places.find(db, acts, await campaigns.now_open(db))
    wide = sorted(acts & found.keys(), key=lambda act: list(FOLDERS).index(act[0]))
    return [Option(address_of(*act), found[act].name) for act in wide]


def _more(typed: str, missing: str, after: str) -> str:
    return "/cabinet?" + urlencode({"q": typed, "missing": missing, "after": after})


def _cells(row: Staffed, stated: Coverage | None, zone: ZoneInfo) -> tuple[Cell, ...]:
    """A municipality as a row of a file, with the two people whom its SMO may call."""
    head = (row.head or "не назначен", row.head_email)
    responsible = (row.responsible or "не назначен", row.responsible_email)
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
    return (row.code, row.name, row.district, *head, *responsible, *counts, _formed(stated, zone))


def _formed(stated: Coverage | None, zone: ZoneInfo) -> str:
    if stated is None:
        return "нет данных"
    return f"{stated.formed_at.astimezone(zone):%d.%m.%Y}" if stated.formed_at else "нет"
