"""An order as whoever asks sees it, for pages, prints and the API."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.work import OrderTaskState
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.accounts.store import accounts
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.orders.commands.look_at_order import View, look_at_order
from services.hierarchy.orders.domain.orders import Order, State
from services.hierarchy.orders.domain.tasks import Task
from services.hierarchy.orders.store import files, orders, tasks
from services.hierarchy.orders.store.files import Kept
from services.hierarchy.orders.store.orders import Done

AT_ONCE, STEPS = 100, 200


@dataclass(frozen=True, slots=True)
class Shown:
    """An order; `own`: what the viewer has of it themselves; `items`: a part of what they see, `counts` of
    all of that; `files`: of the order, and of the reports they see."""

    view: View
    giver: str
    maker: str
    own: Sequence[Task]
    items: Sequence[Task]
    counts: Mapping[OrderTaskState, int]
    files: Sequence[Kept]
    steps: Sequence[Done]
    gives: bool
    prepares: bool

    @property
    def order(self) -> Order:
        """The order itself."""
        return self.view.order

    @property
    def total(self) -> int:
        """How many addressees the viewer sees."""
        return sum(self.counts.values())

    def of_task(self, task: UUID | None) -> list[Kept]:
        """The files of a report; None: of the order."""
        return [each for each in self.files if each.task == task]

    def overdue(self, now: datetime) -> int:
        """How many of them should have reported by now."""
        open_ = (OrderTaskState.RECEIVED, OrderTaskState.ACKNOWLEDGED, OrderTaskState.RETURNED)
        late = self.order.state is State.ISSUED and self.order.due_at < now
        return sum(self.counts[state] for state in open_) if late else 0


async def show(
    db: Db,
    by: Staff,
    id_: UUID,
    states: Collection[OrderTaskState] | None = None,
    after: UUID | None = None,
    limit: int = AT_ONCE,
) -> Shown:
    """An order with the addressees that the viewer sees, in some states, behind one. Raises NotFound."""
    view = await look_at_order(db, by, id_)
    order, seen = view.order, view.seen
    ids = set(await tasks.own(db, order, by.account))
    items = await tasks.of_order(db, order, seen, states, after, limit)
    mine = [task for task in await tasks.of_order(db, order, tasks.Seen(False, by.account)) if task.id in ids]
    every = None if seen.every else [task.id for task in await tasks.of_order(db, order, seen)]
    kept = await files.of_order(db, order)
    people = await accounts.some(db, {order.on_behalf_of or order.issued_by or order.made_by, order.made_by})
    return Shown(
        view,
        people[order.on_behalf_of or order.issued_by or order.made_by].name,
        people[order.made_by].name,
        mine,
        items,
        await tasks.counted(db, order, seen),
        [each for each in kept if each.task is None or every is None or each.task in every],
        await orders.steps(db, order, every, STEPS),
        may(by, Deed.GIVE_ORDERS, view.place),
        may(by, Deed.PREPARE_ORDERS, view.place),
    )
