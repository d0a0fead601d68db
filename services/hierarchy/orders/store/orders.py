"""Orders, and what was done with them step by step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from contracts.work import OrderKind
from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.core.authority import Acting
from services.hierarchy.orders.domain.orders import Act, DoneBy, Order, State, Step, title_of

sql = queries.load(__package__, "orders.sql")


@dataclass(frozen=True, slots=True)
class Given:
    """An order as those see it who give it, or stand above its addressees; counted are those they see."""

    municipality: str
    id: UUID
    year: int | None
    number: int | None
    body: str
    kind: OrderKind
    due_at: datetime
    state: State
    working_group: UUID | None
    made_at: datetime
    giver: str
    total: int
    waiting: int
    accepted: int
    overdue: int

    @property
    def title(self) -> str:
        """Its beginning."""
        return title_of(self.body)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The orders of which municipalities and groups a list holds, which of them, and behind which one."""

    codes: Collection[str]
    groups: Collection[UUID]
    which: str = ""
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What waits for those who give: orders to be signed, reports to be judged; what others are to sign, and
    what is late below them."""

    prepared: int
    unsigned: int
    reported: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Done:
    """A step of an order's history, in which words, by whom (nobody: the program) and for whom."""

    id: int
    at: datetime
    what: Step
    words: str
    task: UUID | None
    who: str
    whose: str
    addressee: str


async def add(db: Db, order: Order) -> None:
    """Store a new order."""
    o = order
    await db.execute(
        sql.add,
        *(o.municipality, o.id, o.campaign, o.year, o.number, o.working_group, o.kind, o.body, o.done_by),
        *(o.due_at, o.series, list(o.addressed), o.agreement, o.act.number, o.act.day, o.made_by, o.made_at),
        *(o.issued_by, o.on_behalf_of, o.issued_at, o.closed_at, o.state, o.version),
    )


async def save(db: Db, order: Order) -> None:
    """Store an order's present state."""
    o = order
    await db.execute(
        sql.save,
        *(o.municipality, o.id, o.year, o.number, o.due_at, o.act.number, o.act.day),
        *(o.issued_by, o.on_behalf_of, o.issued_at, o.closed_at, o.state, o.version),
    )


async def get(db: Db, id_: UUID) -> Order:
    """An order. Raises NotFound."""
    return _found(await db.fetchrow(sql.get, id_))


async def lock(db: Db, id_: UUID) -> Order:
    """An order that nobody else judges, moves, closes or answers until the transaction is over. Raises
    NotFound."""
    return _found(await db.fetchrow(sql.lock, id_))


async def lock_series(db: Db, order: Order) -> list[Order]:
    """This one and those prepared with it, locked, what is due first before."""
    rows = await db.fetch(sql.lock_series, order.municipality, order.id, order.series)
    return [_order(row) for row in rows]


async def share(db: Db, id_: UUID) -> Order:
    """An order that nobody moves or closes until the transaction is over, while others answer it. Raises
    NotFound."""
    return _found(await db.fetchrow(sql.share, id_))


async def all_of(db: Db, municipality: str) -> list[Order]:
    """Every order of a municipality that was issued."""
    return [_order(row) for row in await db.fetch(sql.all_of, municipality)]


async def last_number(db: Db, municipality: str, year: int) -> int:
    """The last number of a municipality in a year; 0 for none."""
    return int(await db.fetchval(sql.last_number, municipality, year))


async def given(db: Db, wanted: Wanted, now: datetime, limit: int) -> list[Given]:
    """Orders as those see them who give them."""
    whose = (list(wanted.codes), list(wanted.groups))
    rows = await db.fetch(sql.given, *whose, wanted.which, now, wanted.after, limit)
    typed = ({**row, "kind": OrderKind(row["kind"]), "state": State(row["state"])} for row in rows)
    return [Given(**row) for row in typed]


async def counted(db: Db, seen: Wanted, gives: Collection[str], account: UUID, now: datetime) -> Counted:
    """What waits for somebody who gives orders (`gives`: a municipality's), or stands above those who have
    them."""
    row = await db.fetchrow(sql.counted, list(seen.codes), list(seen.groups), account, now, list(gives))
    return Counted(**dict(row or {}))


async def first_to_judge(db: Db, gives: Collection[str], groups: Collection[UUID]) -> UUID | None:
    """The order on which a report has waited longest for who gives it."""
    found: UUID | None = await db.fetchval(sql.first_to_judge, list(gives), list(groups))
    return found


async def first_to_sign(db: Db, gives: Collection[str]) -> UUID | None:
    """The order that is due first of those that were prepared."""
    found: UUID | None = await db.fetchval(sql.first_to_sign, list(gives))
    return found


async def note(
    db: Db, order: Order, task: UUID | None, who: Acting | None, at: datetime, what: Step, words: str = ""
) -> None:
    """Write down a step of an order, or of what one addressee has of it (nobody: the program)."""
    account, behalf = (who.account, who.on_behalf_of) if who else (None, None)
    await db.execute(sql.add_step, order.municipality, order.id, task, at, account, behalf, what, words)


async def steps(db: Db, order: Order, tasks: Sequence[UUID] | None, limit: int) -> list[Done]:
    """The latest steps first; of some tasks alone and of the order itself, or of all."""
    rows = await db.fetch(sql.steps, order.municipality, order.id, tasks, limit)
    return [Done(**{**row, "what": Step(row["what"])}) for row in rows]


def _found(row: asyncpg.Record | None) -> Order:
    if row is None:
        raise NotFound("order-unknown")
    return _order(row)


def _order(row: asyncpg.Record) -> Order:
    given: dict[str, Any] = dict(row)
    act = Act(given.pop("act_number"), given.pop("act_day"))
    kind, done_by, state = OrderKind(given["kind"]), DoneBy(given["done_by"]), State(given["state"])
    given |= {"kind": kind, "done_by": done_by, "state": state, "addressed": tuple(given["addressed"])}
    return Order(act=act, **given)
