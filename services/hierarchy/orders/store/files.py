"""Files of orders; what they hold lies outside."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.appointments.domain.scans import Content, Stored
from services.hierarchy.orders.domain.orders import Order

sql = queries.load(__package__, "files.sql")


@dataclass(frozen=True, slots=True)
class Kept(Stored):
    """A file of an order, or of an addressee's report."""

    order: UUID
    task: UUID | None

    @property
    def key(self) -> str:
        """Where it lies."""
        return key_of(self.municipality, self.order, self.id)


def key_of(municipality: str, order: UUID, file: UUID) -> str:
    """Where a file lies."""
    return f"orders/{municipality}/{order}/{file}"


async def add(
    db: Db, order: Order, task: UUID | None, id_: UUID, content: Content, by: UUID, at: datetime
) -> UUID:
    """Note a file; the id of the one that has this content, which may be an earlier one."""
    key = (order.municipality, id_, order.id, task)
    what = (content.media_type, len(content.body), content.digest)
    added: UUID | None = await db.fetchval(sql.add, *key, *what, by, at)
    return added or await db.fetchval(sql.by_digest, order.municipality, order.id, task, content.digest)


async def of_order(db: Db, order: Order) -> list[Kept]:
    """All files of an order, the earliest first."""
    return [Kept(**dict(row)) for row in await db.fetch(sql.of_order, order.municipality, order.id)]


async def get(db: Db, order: Order, id_: UUID) -> Kept:
    """A file of an order. Raises NotFound."""
    row = await db.fetchrow(sql.get, order.municipality, order.id, id_)
    if row is None:
        raise NotFound("order-file-unknown")
    return Kept(**dict(row))


async def of_erased(db: Db, after: UUID, limit: int) -> list[Kept]:
    """Files of orders whose words were erased, behind one of them."""
    return [Kept(**dict(row)) for row in await db.fetch(sql.of_erased, after, limit)]


async def forget(db: Db, file: Kept) -> None:
    """Note no more that there is this file."""
    await db.execute(sql.forget, file.municipality, file.id)
