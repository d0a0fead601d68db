"""What addressees have of orders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from contracts.appointments import Role
from contracts.work import OrderTaskState
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.orders.domain import orders
from services.hierarchy.orders.domain.orders import Order, title_of
from services.hierarchy.orders.domain.tasks import Holder, Report, Task

sql = queries.load(__package__, "tasks.sql")

HOLDER = tuple(field.name for field in fields(Holder) if field.name != "email")
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Seen:
    """Which tasks of an order somebody sees: all, or their own and those of groups they lead."""

    every: bool
    account: UUID
    groups: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Mine:
    """A task as its addressee's list shows it."""

    id: UUID
    state: OrderTaskState
    place: str
    role: Role
    reason: str
    reported_at: datetime | None
    in_time: bool | None
    order: UUID
    year: int
    number: int
    body: str
    due_at: datetime
    order_state: orders.State
    giver: str

    @property
    def title(self) -> str:
        """Its beginning."""
        return title_of(self.body)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that somebody has to do."""

    id: UUID
    state: OrderTaskState
    order: UUID
    number: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """A task of which its addressee is reminded."""

    municipality: str
    id: UUID
    account: UUID
    number: int
    body: str
    due_at: datetime
    order: UUID


async def add(db: Db, new: Sequence[Task]) -> None:
    """Store new tasks of one municipality, received at one moment."""
    if not new:
        return
    rows = [
        (
            *(t.id, t.order, t.holder.account, t.holder.held_in, t.holder.appointment, t.holder.role),
            *(t.holder.scope_of, t.holder.working_group, t.holder.organization, t.holder.name),
            *(t.holder.place, t.state),
        )
        for t in new
    ]
    await db.execute(sql.add, new[0].municipality, new[0].received_at, *map(list, zip(*rows, strict=True)))


async def save(db: Db, task: Task) -> None:
    """Store a task's present state."""
    t, holder = task, task.holder
    await db.execute(
        sql.save,
        *(t.municipality, t.id, *(getattr(holder, name) for name in HOLDER)),
        *(t.state, t.received_at, t.acknowledged_at, t.reported_at, t.returned_at, t.accepted_at, t.in_time),
        *(t.report.text, t.report.number, t.report.file, t.reason, t.version),
    )


async def lock(db: Db, order: Order, ids: Collection[UUID]) -> list[Task]:
    """Some tasks of an order, which nobody else changes until the transaction is over."""
    return [_task(row) for row in await db.fetch(sql.lock, order.municipality, order.id, list(ids))]


async def lock_one(db: Db, order: Order, id_: UUID) -> Task:
    """One task of an order, likewise. Raises NotFound."""
    for task in await lock(db, order, [id_]):
        return task
    raise NotFound("task-unknown")


async def of_order(
    db: Db,
    order: Order,
    seen: Seen,
    states: Collection[OrderTaskState] | None = None,
    after: UUID | None = None,
    limit: int = MOST,
) -> list[Task]:
    """An order's tasks that somebody sees, by the addressees' names."""
    whose = (seen.every, seen.account, list(seen.groups))
    wanted = None if states is None else list(states)
    rows = await db.fetch(sql.of_order, order.municipality, order.id, *whose, wanted, after, limit)
    return [_task(row) for row in rows]


async def own(db: Db, order: Order, account: UUID) -> list[UUID]:
    """What somebody has of an order, in appointments that hold now."""
    return [row["id"] for row in await db.fetch(sql.own, order.municipality, order.id, account)]


async def counted(db: Db, order: Order, seen: Seen) -> dict[OrderTaskState, int]:
    """How many of an order's tasks that somebody sees are in which state."""
    whose = (seen.every, seen.account, list(seen.groups))
    rows = await db.fetch(sql.counted, order.municipality, order.id, *whose)
    found = {OrderTaskState(row["state"]): row["count"] for row in rows}
    return {state: found.get(state, 0) for state in OrderTaskState}


async def mine(
    db: Db, account: UUID, which: str, now: datetime, after: UUID | None, limit: int
) -> list[Mine]:
    """What somebody was ordered, the latest first."""
    rows = await db.fetch(sql.mine, account, which, now, after, limit)
    return [
        Mine(
            **{
                **row,
                "state": OrderTaskState(row["state"]),
                "role": Role(row["role"]),
                "order_state": orders.State(row["order_state"]),
            }
        )
        for row in rows
    ]


async def waiting_for(db: Db, account: UUID) -> list[Waiting]:
    """What somebody has to do, what is due first before."""
    rows = await db.fetch(sql.waiting_for, account)
    return [Waiting(**{**row, "state": OrderTaskState(row["state"])}) for row in rows]


async def to_do(db: Db, order: Order, task: UUID | None = None) -> list[UUID]:
    """Who has something to do of an order, or of one of its tasks; nobody whose appointment is over."""
    rows = await db.fetch(sql.to_do, order.municipality, order.id, task)
    return [row["account"] for row in rows]


async def deserted(db: Db) -> list[UUID]:
    """Orders with work of people who are appointed no more."""
    return [row["work_order"] for row in await db.fetch(sql.deserted)]


async def deserted_of(db: Db, order: Order) -> list[UUID]:
    """An order's tasks of people who are appointed no more."""
    return [row["id"] for row in await db.fetch(sql.deserted_of, order.municipality, order.id)]


async def to_be_reminded_in(db: Db, campaign: str, due_by: datetime, since: datetime) -> list[str]:
    """The municipalities in which anybody may have to be reminded."""
    rows = await db.fetch(sql.to_be_reminded_in, campaign, due_by, since)
    return [row["municipality"] for row in rows]


async def to_be_reminded(
    db: Db, municipality: str, campaign: str, due_by: datetime, since: datetime
) -> list[Reminder]:
    """What is due by then and not done, of people who had neither it nor a reminder since."""
    rows = await db.fetch(sql.to_be_reminded, municipality, campaign, due_by, since)
    return [Reminder(**dict(row)) for row in rows]


async def reminded(db: Db, municipality: str, ids: Sequence[UUID], at: datetime) -> None:
    """Store that their addressees were reminded."""
    await db.execute(sql.reminded, municipality, list(ids), at)


async def all_of(db: Db, municipality: str) -> list[Task]:
    """Every task of every order of a municipality."""
    return [_task(row) for row in await db.fetch(sql.all_of, municipality)]


def _task(row: asyncpg.Record) -> Task:
    given: dict[str, Any] = dict(row)
    holder = {name: given.pop(name) for name in HOLDER}
    report = Report(*(given.pop(f"report_{name}") for name in ("text", "number", "file")))
    given["state"] = OrderTaskState(given["state"])
    return Task(holder=Holder(**{**holder, "role": Role(holder["role"])}), report=report, **given)
