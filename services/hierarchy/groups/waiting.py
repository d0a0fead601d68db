"""What working groups and their coverage contribute to «Сегодня»."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.text import whole_number
from services.directory.grants import Staff
from services.hierarchy.appointments.store import appointments
from services.hierarchy.appointments.waiting import REMIND
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, appointing, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.waiting import MUNICIPALITIES, Line, Looked, Step
from services.hierarchy.core.tenants import Overseen, around, overseen
from services.hierarchy.groups.domain.coverage import Coverage
from services.hierarchy.groups.domain.groups import may_form
from services.hierarchy.groups.store import coverage, groups
from services.hierarchy.groups.store.groups import Asked
from services.hierarchy.territory.store import municipalities

MOST = 100_000
LINE_KEEPERS = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK)
"""Who describes a hotline, there where it is kept."""

ORGANIZATIONS = ("организация", "организации", "организаций")
HEADS = ("глава ещё не ответил", "главы ещё не ответили", "глав ещё не ответили")
UNREADY = tuple(
    f"{name} {words}:"
    for name, words in zip(MUNICIPALITIES, ("ещё не готово", "ещё не готовы", "ещё не готовы"), strict=True)
)
GROUPS = ("рабочая группа", "рабочие группы", "рабочих групп")
DIRECTIONS = ("направление", "направления", "направлений")


async def lines(db: Db, looked: Looked) -> list[Line]:
    """What is missing in the region or an SMO, in one's municipalities and in one's groups."""
    whole = overseen(looked.staff)
    found = await _of_region(db, whole, looked.campaign) if whole else []
    if looked.campaign is None:
        return found
    await tenancy.see(db, *around(looked.staff))
    seen = [p for p in looked.of(Scope.MUNICIPALITY) if may(looked.staff, Deed.SEE_PEOPLE, p)]
    covered = await coverage.count(db, looked.campaign, [place.of for place in seen]) if seen else []
    by_code = {each.municipality: each for each in covered}
    for place in seen:
        found += _of_municipality(looked, place, by_code[place.of])
    for place in looked.of(Scope.GROUP):
        found += await _of_group(db, looked, place)
    return found


async def _of_region(db: Db, whole: Overseen, campaign: CampaignDefined | None) -> list[Line]:
    """Heads are appointed at any time; what else is missing, is missing in a campaign."""
    await tenancy.see(db, *await municipalities.of_smos(db, whole.smos))
    gaps = await appointments.gaps(db, whole.smos)
    by_list = Step("Назначить списком", "/cabinet/annex?heads=1") if whole.names else None
    found = [
        _at_region("head", gaps.without_head, MUNICIPALITIES, "без главы", by_list),
        _at_region("answer", gaps.unanswered, HEADS, "на приглашение", REMIND),
        _at_region("responsible", gaps.without_responsible, MUNICIPALITIES, "без ответственного"),
    ]
    if campaign is not None:
        covered = await coverage.summed(db, whole.smos, campaign.id)
        of = whole_number(covered.organizations)
        base = f"без координатора из {of}, которым он нужен: администраций здесь не считаем"
        unready = "нужны глава, ответственный и рабочие группы на всё"
        found.append(_at_region("groups", covered.unformed, UNREADY, unready))
        found.append(_at_region("coordinators", covered.coordinators_missing, ORGANIZATIONS, base))
    return [line for line in found if line.n]


def _at_region(missing: str, n: int, noun: Sequence[str], rest: str, step: Step | None = None) -> Line:
    return _counted(missing, n, noun, rest, f"/cabinet?missing={missing}#places", step)


def _of_municipality(looked: Looked, place: Place, c: Coverage) -> list[Line]:
    if place.transformed:
        return []
    acting = c.groups > 0
    found = [
        *_nobody(looked.staff, place, c),
        _counted("leaders", c.groups_without_leader, GROUPS, "без руководителя", _board(place, "leaderless")),
        _counted(
            "directions",
            c.directions_uncovered if acting else 0,
            DIRECTIONS,
            "без рабочей группы",
            _board(place, "uncovered"),
            _forming(looked.staff, place, "Сформировать группу", "groups/new"),
        ),
        _counted(
            "organizations",
            c.organizations_uncovered if acting else 0,
            ORGANIZATIONS,
            "без рабочей группы: там некому назначить координатора",
            _missing(place, "group"),
            _forming(looked.staff, place, "Распределить", "organizations?missing=group"),
        ),
        _counted(
            "coordinators",
            c.coordinators_missing,
            ORGANIZATIONS,
            f"без координатора из {whole_number(c.organizations)}, которым он нужен",
            _missing(place, "coordinator"),
        ),
    ]
    return [replace(line, where=looked.where(place)) for line in found if line.n != 0]


def _nobody(staff: Staff, place: Place, c: Coverage) -> list[Line]:
    address, found = address_of(place.scope, place.of), list[Line]()
    if not c.responsible:
        names = may(staff, appointing(Role.RESPONSIBLE), place)
        step = Step("Назначить", f"{address}#appoint") if names else None
        rest = "Не назначен ответственный за реализацию проекта."
        found.append(Line("responsible", rest, address, step=step))
    if not c.groups and not c.served_by:
        step = _forming(staff, place, "Сформировать", "scheme")
        found.append(Line("groups", "Нет ни одной рабочей группы.", f"{address}#groups", step=step))
    if not c.line:
        describes = any(staff.holds(role, place.of) for role in LINE_KEEPERS)
        step = Step("Описать", f"/hotline/lines/{place.of}/edit") if describes else None
        found.append(Line("line", "Нет горячей линии.", f"/hotline/about?municipality={place.of}", step=step))
    return found


async def _of_group(db: Db, looked: Looked, place: Place) -> list[Line]:
    """What a working group has to do itself: it alone appoints coordinators."""
    if not may(looked.staff, Deed.APPOINT_COORDINATOR, place):
        return []
    group = await groups.get(db, UUID(place.of))
    missing = await groups.supervised(db, group, Asked(missing=True), MOST)
    step = Step("Назначить", f"/cabinet/annex?group={place.of}")
    href = f"{address_of(place.scope, place.of)}?missing=1"
    line = _counted("coordinators", len(missing), ORGANIZATIONS, "без координатора", href, step)
    return [replace(line, where=looked.where(place))] if missing else []


def _counted(kind: str, n: int, noun: Sequence[str], rest: str, href: str, step: Step | None = None) -> Line:
    return Line(kind, rest, href, n, noun, step)


def _board(place: Place, part: str) -> str:
    return f"{address_of(place.scope, place.of)}/coordination-group#{part}"


def _missing(place: Place, what: str) -> str:
    return f"{address_of(place.scope, place.of)}/organizations?missing={what}"


def _forming(staff: Staff, place: Place, name: str, path: str) -> Step | None:
    forms = may_form(staff, place) and place.served_by is None
    return Step(name, f"{address_of(place.scope, place.of)}/{path}") if forms else None
