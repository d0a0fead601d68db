"""What operations of orders are given."""

from typing import Annotated
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, Field

from services.hierarchy.orders.commands.confirm_order import Confirmation
from services.hierarchy.orders.commands.issue_order import NewOrder
from services.hierarchy.orders.domain.deadlines import Deadline


class OrderDeadline(BaseModel):
    """A day as 2026-02-20, by the region's clocks, or so many working hours."""

    day: str = ""
    hours: int | None = None

    def typed(self) -> Deadline:
        """As a form would send it."""
        return Deadline(self.day, "" if self.hours is None else str(self.hours))


class OrderAct(BaseModel):
    """The Head's act by which an order is given."""

    number: str
    day: str


class OrderGiven(BaseModel):
    """An order. `to`: `role:deputy`, `role:leader`, `role:member` or `role:coordinator` are all of a role,
    `group:…`, `members:…` and `leader:…` the coordinators, members and leader of a working group,
    `direction:…` the coordinators of a direction, `person:…` somebody by their appointment. `times`: how many
    weeks it is repeated. `giver`: the municipality or the working group, for who acts for several."""

    to: list[str]
    text: str
    deadline: OrderDeadline
    done_by: str = "text"
    kind: str = "do"
    act: OrderAct | None = None
    times: int = 1
    giver: str = ""
    agreement: UUID | None = None

    def typed(self) -> NewOrder:
        """As a form would send it."""
        paper = (self.act.number, self.act.day) if self.act else ("", "")
        deadline = self.deadline.typed()
        what = (self.to, self.text, deadline, self.done_by, self.kind)
        return NewOrder(*what, *paper, self.times, self.giver, self.agreement)


class OrderConfirmation(BaseModel):
    """The Head's act, and another deadline if the one that was prepared has passed."""

    act: OrderAct | None = None
    deadline: OrderDeadline | None = None

    def typed(self, id_: UUID) -> Confirmation:
        """As a form would send it."""
        paper = (self.act.number, self.act.day) if self.act else ("", "")
        return Confirmation(id_, *paper, self.deadline.typed() if self.deadline else None)


class OrderReport(BaseModel):
    """What was done: words, a number or a file, as the order asks; `task`: by who has it in several
    capacities."""

    text: str = ""
    number: int | None = None
    file: UUID | None = None
    task: UUID | None = None


class OrderAcceptance(BaseModel):
    """Whose reports are accepted; empty: all that wait."""

    tasks: list[UUID] = []


class OrderReturn(BaseModel):
    """Whose report is returned, and why."""

    task: UUID
    reason: str


class OrderPostponement(BaseModel):
    """Until when, and why."""

    deadline: OrderDeadline
    reason: str


class OrderFile(BaseModel):
    """A PDF, JPEG or PNG file; `reports`: for one's own report, in which capacity (`task`)."""

    content: Annotated[Base64Bytes, Field(description="In Base64.")]
    reports: bool = False
    task: UUID | None = None
