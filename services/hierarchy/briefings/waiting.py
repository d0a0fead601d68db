"""What briefings contribute to «Сегодня»."""

from uuid import UUID

from contracts.appointments import Scope
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.hierarchy.briefings.store import briefings
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.waiting import Line, Looked, Step
from services.hierarchy.core.tenants import around

OWN = "/cabinet/briefing"


async def lines(db: Db, looked: Looked) -> list[Line]:
    """What one is to be briefed on, and whom one's groups have not briefed."""
    await tenancy.see(db, *around(looked.staff))
    return [*await _own(db, looked), *await _below(db, looked)]


async def _own(db: Db, looked: Looked) -> list[Line]:
    due = [each for each in await briefings.of_account(db, looked.staff.account) if not each.done]
    if any(each.body for each in due):
        rest = "Пройдите инструктаж: прочитайте, что нужно знать координатору, и подтвердите это."
        return [Line("briefing", rest, OWN, step=Step("Прочитать", OWN), own=True)]
    if due:
        return [Line("briefing", "Инструктаж впереди: о его дне вам сообщит рабочая группа.", OWN, own=True)]
    return []


async def _below(db: Db, looked: Looked) -> list[Line]:
    seen = {place.of for place in looked.of(Scope.MUNICIPALITY) if may(looked.staff, Deed.SEE_PEOPLE, place)}
    led = {UUID(place.of) for place in looked.of(Scope.GROUP)}
    noun = ("координатор не прошёл", "координатора не прошли", "координаторов не прошли")
    found = []
    for each in await briefings.unbriefed(db, seen, led):
        href = f"{address_of(Scope.GROUP, each.of)}/briefing"
        step = Step("Провести", href) if each.of in led else None
        rest = "инструктаж" if each.of in led else f"инструктаж, группа «{each.name}»"
        found.append(Line("unbriefed", rest, href, each.count, noun, step))
    return found
