"""Pages: the targets of every municipality that one oversees, and reminders of those that are missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from contracts.structure import CampaignDefined
from services.chassis.errors import NotFound
from services.chassis.text import one_line
from services.chassis.web.forms import LONGEST_FORM, from_here, number_of
from services.chassis.web.tables import Cell, download, ending_of, files
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import TARGETS
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.forming import region_zone
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import overseen
from services.hierarchy.targets.commands.remind_missing import remind_missing
from services.hierarchy.targets.domain.listing import ABOUT, LETTER, MISSING, Asked, Row, rows
from services.hierarchy.targets.domain.targets import is_setting
from services.hierarchy.targets.store.views import View, view

AT_ONCE = 100

COLUMNS = (
    *("Код", "Муниципальное образование", "Район", "Зарегистрируется", "Инициатив", "О ком"),
    *("Входит в сумму", "Версия", "Состояние", "Документ", "Дата документа", "Внесено"),
)
NOTES = {
    "Входит в сумму": "Поселение, район которого установил индикаторы с поселениями, показано рядом: в сумму"
    " его индикаторы не входят, иначе людей посчитали бы дважды.",
    "Состояние": "По письму: индикаторы внёс СМО, глава их ещё не подтвердил.",
}


class TargetListPages(Controller):
    """The targets of all municipalities, for the SMO and the administrator."""

    path = TARGETS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def listed(self, visit: NamedDependency[Visit[Staff]]) -> Response[str] | Response[bytes]:
        """Those without targets first. `only=missing` or `letter`, `q`: part of the name; `format=csv` or
        `xlsx`: as a file."""
        if ending := ending_of(visit.query):
            return await _file(visit, ending)
        return await _page(visit)

    @post("/reminders")
    async def remind(
        self, visit: NamedDependency[Visit[Staff]], entrance: NamedDependency[Entrance]
    ) -> Answer:
        """Write to Heads and responsible persons, and on to the list."""
        form = await visit.sent()
        async with visit.refusing():
            code, at = form.of("municipality") or None, await visit.moment()
            done = await remind_missing(visit.pool, entrance, visit.who, code, at)
            return visit.go(TARGETS, reminded=done.reminded)
        return await _page(visit)


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that are wanted, of all that the viewer oversees; nothing without a campaign."""

    rows: Sequence[Row] = ()
    view: View | None = None
    campaign: CampaignDefined | None = None


async def _found(visit: Visit[Staff], asked: Asked) -> Found:
    """Raises NotFound for whoever oversees nothing."""
    if overseen(visit.who) is None:
        raise NotFound("not-found")
    async with visit.pool.acquire() as db, db.transaction():
        campaign = await campaigns.current(db)
        if campaign is None:
            return Found()
        seen = await view(db, visit.who, campaign)
    return Found(rows(seen.known, seen.standing, seen.overseen, asked), seen, campaign)


async def _page(visit: Visit[Staff]) -> Response[str]:
    asked, after = _asked(visit.query), visit.query.get("after", "")
    found = await _found(visit, asked)
    begin = next((n for n, row in enumerate(found.rows, 1) if row.municipality.code == after), 0)
    shown = found.rows[begin : begin + AT_ONCE]
    return await visit.page(
        "targets/all.html",
        rows=shown,
        total=found.view.standing.together(found.view.overseen) if found.view else None,
        by_letter=len(found.view.by_letter) if found.view else 0,
        q=asked.typed,
        only=asked.only,
        scope_words=ABOUT,
        more=_more(asked, shown[-1]) if len(found.rows) > begin + AT_ONCE else "",
        files=files(TARGETS, q=asked.typed, only=asked.only),
        open_now=is_setting(found.campaign, visit.now),
        zone=region_zone(found.campaign).key,
        reminded=number_of(visit.query.get("reminded", "")),
    )


def _asked(query: Mapping[str, str]) -> Asked:
    only = query.get("only", "")
    return Asked(one_line(query.get("q", ""))[:200], only if only in (MISSING, LETTER) else "")


def _more(asked: Asked, last: Row) -> str:
    return f"{TARGETS}?" + urlencode({"q": asked.typed, "only": asked.only, "after": last.municipality.code})


async def _file(visit: Visit[Staff], ending: str) -> Response[bytes]:
    found = await _found(visit, _asked(visit.query))
    zone = region_zone(found.campaign)
    cells = (_cells(row, zone) for row in found.rows)
    return await download(
        "Целевые индикаторы", ending, COLUMNS, cells, visit.now.astimezone(zone), notes=NOTES
    )


def _cells(row: Row, zone: ZoneInfo) -> tuple[Cell, ...]:
    of, version = row.municipality, row.version
    if version is None:
        state = "Учтено в индикаторах района" if row.covered else "Не установлены"
        return (of.code, of.name, row.district, None, None, "", "", None, state, "", "", "")
    f = version.figures
    return (
        *(of.code, of.name, row.district, f.registered, f.submitted, ABOUT[f.scope]),
        *("да" if row.added else "нет", version.number),
        "Установлены" if version.confirmed else "По письму, глава не подтвердил",
        *(version.paper.number, f"{version.paper.day:%d.%m.%Y}"),
        f"{version.entered_at.astimezone(zone):%d.%m.%Y %H:%M}",
    )
