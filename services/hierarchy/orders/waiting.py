"""What orders contribute to «Сегодня»."""

from datetime import datetime

from contracts.appointments import Scope
from contracts.work import OrderTaskState
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.hierarchy.core.addresses import ORDERS
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.waiting import Line, Looked, Step
from services.hierarchy.core.tenants import around
from services.hierarchy.orders.commands.look_at_order import given_by
from services.hierarchy.orders.store import orders, tasks
from services.hierarchy.orders.store.tasks import Waiting

GIVEN = f"{ORDERS}?tab=given"
NOUN = ("поручение ждёт", "поручения ждут", "поручений ждут")
REPORTS = ("отчёт ждёт", "отчёта ждут", "отчётов ждут")
PEOPLE = ("исполнитель", "исполнителя", "исполнителей")


async def lines(db: Db, looked: Looked) -> list[Line]:
    """Orders to be read and to be reported, those to be signed, reports to be judged, what is late below."""
    return [*await _own(db, looked), *await _given(db, looked)] if looked.campaign else []


async def _own(db: Db, looked: Looked) -> list[Line]:
    await tenancy.see(db, *around(looked.staff))
    return [_line(each, looked.now) for each in await tasks.waiting_for(db, looked.staff.account)]


def _line(each: Waiting, now: datetime) -> Line:
    href, name = f"{ORDERS}/{each.order}", f"Поручение № {each.number}"
    if each.state is OrderTaskState.RECEIVED and each.due_at >= now:
        # What is new is opened first: the deed is on its page.
        step = Step("Ознакомиться", href)
        return Line("order", f"{name}: новое.", href, step=step, own=True, due=each.due_at)
    step, kind, rest = Step("Отчитаться", f"{href}/report?task={each.id}"), "order-report", "ждёт отчёта."
    if each.due_at < now:
        kind, rest = "order-overdue", "срок прошёл."
    elif each.state is OrderTaskState.RETURNED:
        rest = "отчёт вернули."
    return Line(kind, f"{name}: {rest}", href, step=step, own=True, due=each.due_at)


async def _given(db: Db, looked: Looked) -> list[Line]:
    wanted = await given_by(db, looked.staff)
    if not (wanted.codes or wanted.groups):
        return []
    # Deputies and the responsible person see them, and neither sign nor judge.
    own = looked.of(Scope.MUNICIPALITY)
    gives = {place.of for place in own if may(looked.staff, Deed.GIVE_ORDERS, place)}
    counted = await orders.counted(db, wanted, gives, looked.staff.account, looked.now)
    reported, late = counted.reported, counted.overdue
    prepared, rest = f"{GIVEN}&which=prepared", "подписи главы"
    sign, judge = None, None
    if counted.prepared:
        sign = Step("Подписать", f"{ORDERS}/{await orders.first_to_sign(db, gives)}/confirmation")
    if counted.reported:
        judge = Step("Проверить", f"{ORDERS}/{await orders.first_to_judge(db, gives, wanted.groups)}")
    found = [
        Line("order-prepared", rest, prepared, counted.prepared, NOUN, sign, own=True),
        Line("order-unsigned", rest, prepared, counted.unsigned, NOUN),
        Line("order-reported", "проверки", f"{GIVEN}&which=reported", reported, REPORTS, judge, own=True),
        Line("order-late", "с просроченным поручением", f"{GIVEN}&which=overdue", late, PEOPLE),
    ]
    return [line for line in found if line.n]
