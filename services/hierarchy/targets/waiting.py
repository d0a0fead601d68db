"""What the targets contribute to «Сегодня»."""

from contracts.appointments import Scope
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.hierarchy.core.addresses import TARGETS, address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.waiting import MUNICIPALITIES, Line, Looked, Step
from services.hierarchy.core.tenants import overseen
from services.hierarchy.targets.domain.listing import MISSING
from services.hierarchy.targets.domain.targets import due, is_setting
from services.hierarchy.targets.store import targets
from services.hierarchy.targets.store.views import View, view


async def lines(db: Db, looked: Looked) -> list[Line]:
    """Targets that are not set, prepared ones, and those by letter that wait for the Head."""
    campaign = looked.campaign
    if campaign is None or not is_setting(campaign, looked.now):
        return []
    theirs = [place for place in looked.of(Scope.MUNICIPALITY) if _decides(looked, place)]
    if not theirs and overseen(looked.staff) is None:
        return []
    seen = await view(db, looked.staff, campaign)
    own = [line for place in theirs for line in await _of_place(db, looked, place, campaign, seen)]
    return [*own, *_below(seen)]


def _decides(looked: Looked, place: Place) -> bool:
    """Whether they set or prepare the targets there."""
    deeds = (Deed.SET_TARGETS, Deed.PREPARE_TARGETS)
    return not place.transformed and any(may(looked.staff, deed, place) for deed in deeds)


async def _of_place(
    db: Db, looked: Looked, place: Place, campaign: CampaignDefined, seen: View
) -> list[Line]:
    sets = may(looked.staff, Deed.SET_TARGETS, place)
    prepared = await targets.draft(db, place.of, campaign)
    stands = seen.standing.known.get(place.of)
    if sets and prepared:
        return [_line(looked, place, campaign, "Утвердите индикаторы, которые подготовил ответственный.")]
    if sets and stands and not stands.confirmed:
        rest = f"Индикаторы внесены по письму № {stands.paper.number}: подтвердите их или замените."
        return [_line(looked, place, campaign, rest, "Подтвердить")]
    if place.of not in seen.standing.missing([place.of]) or prepared:
        return []
    rest, step = "Целевые индикаторы не установлены.", "Установить"
    if not sets:
        rest, step = "Подготовьте целевые индикаторы для главы.", "Подготовить"
    return [_line(looked, place, campaign, rest, step)]


def _line(
    looked: Looked, place: Place, campaign: CampaignDefined, rest: str, step: str = "Утвердить"
) -> Line:
    href = f"{address_of(Scope.MUNICIPALITY, place.of)}/targets"
    where = looked.where(place)
    return Line("targets", rest, href, step=Step(step, href), own=True, due=due(campaign), where=where)


def _below(seen: View) -> list[Line]:
    missing = len(seen.standing.missing(seen.overseen))
    if not missing:
        return []
    step = Step("Напомнить", f"{TARGETS}/reminders", sends=True)
    rest = "без целевых индикаторов"
    return [Line("targets-missing", rest, f"{TARGETS}?only={MISSING}", missing, MUNICIPALITIES, step)]
