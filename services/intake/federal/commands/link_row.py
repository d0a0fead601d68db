"""Link a row of the platform to an initiative by hand, or to none."""

from collections.abc import Collection
from dataclasses import dataclass

from asyncpg import UniqueViolationError

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Invalid
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, oversight
from services.intake.core.domain import FEDERAL_LINKED, FEDERAL_UNLINKED
from services.intake.core.reach import check_reach
from services.intake.core.store import audit
from services.intake.federal.domain.linking import How, Link
from services.intake.federal.store import rows


@dataclass(frozen=True, slots=True)
class Linking:
    """A row by its number on the platform, and the number of ours that it is; none: it is none of ours."""

    municipality: str
    number: str
    ours: int | None


@dataclass(frozen=True, slots=True)
class Linked:
    """The row, and the number of ours that it is from now on."""

    municipality: str
    number: str
    ours: int | None


async def link_row(pool: Pool, known: Subordination, by: Staff, given: Linking, at: Moment) -> Linked:
    """No import changes it from then on, unless the row moves to another municipality.

    Raises Forbidden, NotFound for a foreign municipality and an unknown row, Invalid for a number that no
    initiative of the municipality has, Conflict for one that is linked to another row.
    """
    check_reach(oversight(by, Deed.IMPORT_FEDERAL), known.picture, given.municipality)
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Linked):
            return done
        of = known.picture.founders(given.municipality)
        await tenancy.see(db, *of)
        await _link(db, of, known.campaign.id, given)
        word = FEDERAL_UNLINKED if given.ours is None else FEDERAL_LINKED
        await audit.note(db, given.municipality, by, at.now, word, given.number)
        return await idempotency.keep(db, at, Linked(given.municipality, given.number, given.ours))


async def _link(db: Db, of: Collection[str], campaign: str, given: Linking) -> None:
    row = await rows.lock(db, of, campaign, given.number)
    if given.ours is None:
        await rows.unlink(db, campaign, row.number)
        return
    initiative = await rows.initiative(db, of, campaign, given.ours)
    if initiative is None:
        raise Invalid("federal-initiative-unknown", field="ours", number=str(given.ours))
    other = await rows.linked_to(db, of, initiative)
    if other in (None, row.number):
        other = await _linked(db, of, campaign, Link(row.number, initiative, How.HAND))
    if other is not None:
        raise Conflict("federal-linked-already", field="ours", number=str(given.ours), other=other)


async def _linked(db: Db, of: Collection[str], campaign: str, link: Link) -> str | None:
    """Store a link; the number of the row that got the initiative at the same moment."""
    try:
        async with db.transaction():
            await rows.link(db, campaign, [link])
    except UniqueViolationError:
        return await rows.linked_to(db, of, link.initiative_id)
    return None
