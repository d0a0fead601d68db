"""Pages: consultations counted by level, mode and organization, with the list of them, also as a file."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from contracts.appointments import Level
from contracts.hotline import ConsultationMode
from services.chassis.db import tenancy
from services.chassis.errors import Forbidden
from services.chassis.web.forms import uuid_of
from services.chassis.web.tables import Cell, download, ending_of, files
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.consultations import choices
from services.hotline.consultations.domain.consultations import Consultation
from services.hotline.consultations.reach import sight_of
from services.hotline.consultations.reading import Period, period_of
from services.hotline.consultations.store import consultations
from services.hotline.consultations.store.consultations import Counts
from services.hotline.core.authority import Deed, authority
from services.hotline.core.region import Known
from services.hotline.core.store import themes

LIST = "/hotline/consultations"
AT_ONCE, MOST_ROWS = 50, 50_000
FILTERS = ("municipality", "from", "to", "level", "mode", "organization")
HEAD = (
    "Когда",
    "Уровень",
    "Как",
    "Тема",
    "Направление",
    "Организация",
    "Кого",
    "Что посоветовали",
    "Кто записал",
    "Есть инициатива",
    "Отозвана",
)


class ConsultationCounts(Controller):
    """The consultations of a municipality, within the viewer's line of subordination."""

    path = LIST
    include_in_schema = False
    exception_handlers = RENEWAL

    @get()
    async def all(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]
    ) -> Response[str] | Response[bytes]:
        """A page, or all of them as a file."""
        place = _place(visit, known)
        visit.form.values = {name: visit.query.get(name, "") for name in FILTERS} | {"municipality": place}
        period = period_of({}, known.campaign, visit.now)
        async with visit.refusing():
            period = period_of(visit.query, known.campaign, visit.now)
        visit.form.values |= {"from": period.first.isoformat(), "to": period.last.isoformat()}
        if ending := ending_of(visit.query):
            return await _file(visit, known, period, ending)
        return await _page(visit, known, period)


def _place(visit: Visit[Staff], known: Known) -> str:
    places = choices.places_to_consult(known, visit.who)
    place = visit.query.get("municipality") or next((each.code for each in places), "")
    if not place:
        raise Forbidden("not-yours-to-consult")
    authority(visit.who, Deed.CONSULT, place)
    return place


async def _page(visit: Visit[Staff], known: Known, period: Period) -> Response[str]:
    form, sight = visit.form, sight_of(visit.who, known, visit.form.of("municipality"))
    wanted = period.wanted(form.of("level"), form.of("mode"), form.of("organization"))
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, sight.municipality)
        after = uuid_of(visit.query.get("after", ""))
        found = await consultations.listed(db, sight, wanted, after, AT_ONCE + 1)
        counts = await consultations.counts(db, sight, wanted)
        every = await themes.every(db)
    asked = {name: value for name, value in form.values.items() if value}
    more = (
        f"{LIST}?{urlencode({**asked, 'after': str(found[AT_ONCE - 1].id)})}" if len(found) > AT_ONCE else ""
    )
    return await visit.page(
        "consultations/counts.html",
        found=found[:AT_ONCE],
        counts=counts,
        rows=_by_level(counts, asked),
        by_organization=_by_organization(known, counts, asked),
        place=sight.municipality,
        place_name=known.picture.name_of(sight.municipality),
        places=choices.places_to_consult(known, visit.who),
        modes=choices.MODES,
        levels=choices.LEVELS,
        organization_names=_names(known, found),
        theme_names={theme.code: theme.name for theme in every},
        everything=sight.everything,
        more=more,
        files=files(LIST, **asked),
        filtered=any(form.of(name) for name in ("level", "mode", "organization")),
    )


def _by_level(counts: Counts, asked: Mapping[str, str]) -> list[dict[str, object]]:
    """A line for each level of which there are any, with a link from each figure to what it counts."""
    return [
        {
            "name": choices.LEVELS[level],
            "all": counts.of_level(level),
            "href": _to(asked, level=level),
            "modes": [
                (counts.by_level[level, mode], _to(asked, level=level, mode=mode))
                for mode in ConsultationMode
            ],
        }
        for level in Level
        if counts.of_level(level)
    ]


def _by_organization(known: Known, counts: Counts, asked: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """Name, count and link of each, those with most first."""
    organizations = known.picture.organizations
    return [
        (
            organizations[id_].name if id_ in organizations else "Без организации",
            count,
            _to(asked, organization=str(id_)) if id_ else "",
        )
        for id_, count in counts.by_organization.most_common()
    ]


def _to(asked: Mapping[str, str], **chosen: str) -> str:
    return f"{LIST}?{urlencode({**asked, **chosen})}#list"


def _names(known: Known, found: list[Consultation]) -> dict[str, str]:
    ids = {each.content.organization for each in found if each.content.organization}
    organizations = known.picture.organizations
    return {str(id_): organizations[id_].name for id_ in ids if id_ in organizations}


async def _file(visit: Visit[Staff], known: Known, period: Period, ending: str) -> Response[bytes]:
    form, sight = visit.form, sight_of(visit.who, known, visit.form.of("municipality"))
    wanted = period.wanted(form.of("level"), form.of("mode"), form.of("organization"))
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, sight.municipality)
        found = await consultations.listed(db, sight, wanted, None, MOST_ROWS)
        theme_names = {theme.code: theme.name for theme in await themes.every(db)}
    zone = ZoneInfo(period.zone)
    rows = _rows(known, found, theme_names, zone)
    return await download("Консультации", ending, HEAD, rows, visit.now.astimezone(zone))


def _rows(
    known: Known, found: list[Consultation], theme_names: Mapping[str, str], zone: ZoneInfo
) -> Iterator[list[Cell]]:
    names = _names(known, found)
    directions = {d.code: d.name for c in known.picture.campaigns.values() for d in c.directions}
    for each in found:
        content = each.content
        yield [
            f"{each.recorded_at.astimezone(zone):%d.%m.%Y %H:%M}",
            choices.LEVELS[content.level],
            choices.MODES[content.mode],
            theme_names.get(content.theme, ""),
            directions.get(content.direction or "", ""),
            names.get(str(content.organization), ""),
            each.words.whom or "без имени",
            each.words.note,
            each.by_name,
            "да" if content.led_to_initiative else "нет",
            "да" if each.withdrawn_at else "",
        ]
