"""What one addressee has of an order: received, acknowledged, reported, returned, accepted.

A task changes by these functions alone; whatever their order, its state and its times agree.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level, Role
from contracts.work import OrderTaskDefined
from contracts.work import OrderTaskState as State
from services.chassis.errors import Conflict
from services.hierarchy.orders.domain.orders import Order

OPEN = frozenset({State.RECEIVED, State.ACKNOWLEDGED, State.RETURNED})
"""Where the addressee has something to do."""

STATES: dict[State, str] = {
    State.RECEIVED: "не ознакомлен(а)",
    State.ACKNOWLEDGED: "в работе",
    State.REPORTED: "отчёт ждёт проверки",
    State.RETURNED: "возвращено на доработку",
    State.ACCEPTED: "принято",
}

LEVELS: dict[Role, Level] = {
    Role.HEAD: Level.HEAD,
    **dict.fromkeys((Role.RESPONSIBLE, Role.CLERK, Role.DEPUTY), Level.COORDINATION),
    **dict.fromkeys((Role.LEADER, Role.MEMBER), Level.GROUP),
    **dict.fromkeys((Role.COORDINATOR, Role.STAND_IN), Level.COORDINATOR),
    Role.HOTLINE_OPERATOR: Level.HOTLINE,
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in the capacity in which an order reaches them. `working_group`: in whose area they work;
    `organization`: whose coordinator they are; `place`: the name of either."""

    account: UUID
    held_in: str
    appointment: UUID
    role: Role
    scope_of: str
    working_group: UUID | None
    organization: UUID | None
    name: str
    place: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was done, in the form that the order asks for."""

    text: str = ""
    number: int | None = None
    file: UUID | None = None


NOTHING = Report()


@dataclass(frozen=True, slots=True)
class Task:
    """An order, as one addressee has it."""

    municipality: str
    id: UUID
    order: UUID
    holder: Holder
    received_at: datetime
    state: State = State.RECEIVED
    acknowledged_at: datetime | None = None
    reported_at: datetime | None = None
    returned_at: datetime | None = None
    accepted_at: datetime | None = None
    in_time: bool | None = None
    report: Report = NOTHING
    reason: str = ""
    """Why the report was returned last."""
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether the addressee has something to do."""
        return self.state in OPEN

    @property
    def subject(self) -> str:
        """What the audit calls it."""
        return f"order-task:{self.id}"

    def is_overdue(self, due_at: datetime, now: datetime) -> bool:
        """Whether it should have been reported by now."""
        return self.is_open and due_at < now

    def defined(self, order: Order) -> OrderTaskDefined:
        """The event of its present state."""
        return OrderTaskDefined(
            version=self.version,
            municipality=self.municipality,
            campaign=order.campaign,
            giver=order.giver,
            id=self.id,
            order=self.order,
            addressee=LEVELS[self.holder.role],
            group=self.holder.working_group,
            organization=self.holder.organization,
            state=self.state,
            received_at=self.received_at,
            acknowledged_at=self.acknowledged_at,
            reported_at=self.reported_at,
            accepted_at=self.accepted_at,
            in_time=self.in_time,
        )


def acknowledge(task: Task, at: datetime) -> Task:
    """Read by the addressee; once is enough."""
    if task.state is not State.RECEIVED:
        return task
    read_at = max(at, task.received_at)
    return replace(task, state=State.ACKNOWLEDGED, acknowledged_at=read_at, version=task.version + 1)


def report(task: Task, given: Report, due_at: datetime, at: datetime) -> Task:
    """Done, as the addressee says; who reports has read it. Raises Conflict while a report waits, and once
    one was accepted."""
    if not task.is_open:
        raise Conflict("task-reported" if task.state is State.REPORTED else "task-accepted")
    read_at = task.acknowledged_at or max(at, task.received_at)
    reported_at = max(at, read_at, task.returned_at or read_at)
    return replace(
        task,
        state=State.REPORTED,
        acknowledged_at=read_at,
        reported_at=reported_at,
        returned_at=None,
        in_time=reported_at <= due_at,
        report=given,
        version=task.version + 1,
    )


def accept(task: Task, at: datetime) -> Task:
    """Done, as the giver agrees. Raises Conflict without a report that waits."""
    reported_at = _waiting_since(task)
    accepted_at = max(at, reported_at)
    return replace(task, state=State.ACCEPTED, accepted_at=accepted_at, version=task.version + 1)


def send_back(task: Task, reason: str, at: datetime) -> Task:
    """Not done yet, and why. Raises Conflict without a report that waits."""
    returned_at = max(at, _waiting_since(task))
    changed = {"returned_at": returned_at, "in_time": None, "reason": reason, "version": task.version + 1}
    return replace(task, state=State.RETURNED, **changed)  # type: ignore[arg-type]


def hand_over(task: Task, to: Holder, at: datetime) -> Task:
    """Somebody else's from now on, who has not read it yet. Raises Conflict if nothing is to be done."""
    if not task.is_open:
        raise Conflict("task-reported" if task.state is State.REPORTED else "task-accepted")
    return Task(
        *(task.municipality, task.id, task.order, to, max(at, task.received_at)),
        reason=task.reason,
        version=task.version + 1,
    )


def _waiting_since(task: Task) -> datetime:
    if task.state is not State.REPORTED or task.reported_at is None:
        raise Conflict("task-unreported", state=STATES[task.state])
    return task.reported_at
