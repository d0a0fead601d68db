"""What operations of orders answer with."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.hierarchy.orders.domain.tasks import Task
from services.hierarchy.orders.showing import Shown


class OrderItem(BaseModel):
    """An order of a list, of those that the viewer gives or that people below them have; counted are the
    addressees that they see."""

    id: UUID
    year: int | None
    number: int | None
    kind: str
    text: str
    due_at: datetime
    state: str
    giver: str
    addressees: int
    reported: int
    accepted: int
    overdue: int


class OrderPage(BaseModel):
    """Orders; `next` is a path or null."""

    items: list[OrderItem]
    next: str | None


class OwnOrderItem(BaseModel):
    """An order that the viewer has, in one capacity (`role`, `place`)."""

    id: UUID
    order: UUID
    year: int
    number: int
    text: str
    due_at: datetime
    order_state: str
    giver: str
    role: str
    place: str
    state: str
    reason: str
    reported_at: datetime | None
    in_time: bool | None


class OwnOrderPage(BaseModel):
    """What the viewer was ordered; `next` is a path or null."""

    items: list[OwnOrderItem]
    next: str | None


class OrderTaskItem(BaseModel):
    """What one addressee has of an order."""

    id: UUID
    name: str
    role: str
    place: str
    state: str
    received_at: datetime
    acknowledged_at: datetime | None
    reported_at: datetime | None
    accepted_at: datetime | None
    in_time: bool | None
    text: str
    number: int | None
    file: UUID | None
    reason: str


class OrderAnswer(BaseModel):
    """An order as the viewer sees it, with up to 500 of its addressees; `next`: the path of the others, or
    null."""

    id: UUID
    year: int | None
    number: int | None
    municipality: str
    group: UUID | None
    kind: str
    text: str
    done_by: str
    due_at: datetime
    state: str
    giver: str
    act_number: str
    act_day: date | None
    series: UUID | None
    agreement: UUID | None
    issued_at: datetime | None
    closed_at: datetime | None
    files: list[UUID]
    counts: dict[str, int]
    tasks: list[OrderTaskItem]
    next: str | None


def answer_of(shown: Shown, next_: str | None, items: list[Task]) -> OrderAnswer:
    """The order as it is answered with."""
    o = shown.order
    return OrderAnswer(
        id=o.id,
        year=o.year,
        number=o.number,
        municipality=o.municipality,
        group=o.working_group,
        kind=o.kind,
        text=o.body,
        done_by=o.done_by,
        due_at=o.due_at,
        state=o.state,
        giver=shown.giver,
        act_number=o.act.number,
        act_day=o.act.day,
        series=o.series,
        agreement=o.agreement,
        issued_at=o.issued_at,
        closed_at=o.closed_at,
        files=[each.id for each in shown.of_task(None)],
        counts={state.value: count for state, count in shown.counts.items()},
        tasks=[_task(task) for task in items],
        next=next_,
    )


def _task(task: Task) -> OrderTaskItem:
    return OrderTaskItem(
        id=task.id,
        name=task.holder.name,
        role=task.holder.role,
        place=task.holder.place,
        state=task.state,
        received_at=task.received_at,
        acknowledged_at=task.acknowledged_at,
        reported_at=task.reported_at,
        accepted_at=task.accepted_at,
        in_time=task.in_time,
        text=task.report.text,
        number=task.report.number,
        file=task.report.file,
        reason=task.reason,
    )
