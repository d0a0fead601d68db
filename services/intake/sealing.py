"""Which of intake's columns are sealed, and the work that seals what is plain or sealed by an older key."""

from uuid import UUID

from services.chassis.db import queries, resealing
from services.chassis.db.now_and_again import now_and_again
from services.chassis.db.pool import Pool
from services.chassis.db.resealing import SealedTable
from services.chassis.db.sealed import KeyRing
from services.intake.participants.commands.unify_addresses import unify
from services.intake.participants.digests import Pepper

sql = queries.load(__package__, "sealing.sql")

EVERY = 600.0
"""Seconds; more than once, because a process that has not read the new key yet still seals by the older."""

BEFORE_ALL = UUID(int=0)

ROW = ("", BEFORE_ALL)
TABLES = (
    SealedTable("participant", ROW, sql.due_participants, sql.seal_participants, sql.held_of_participants),
    SealedTable("co_author", ROW, sql.due_co_authors, sql.seal_co_authors, sql.held_of_co_authors),
    SealedTable("help_request", ROW, sql.due_helped, sql.seal_helped, sql.held_of_helped),
    SealedTable("help_suggestion", ROW, sql.due_suggested, sql.seal_suggested, sql.held_of_suggested),
    SealedTable("staff_meeting_person", (*ROW, -1), sql.due_sheets, sql.seal_sheets, sql.held_of_sheets),
    SealedTable("staff_meeting_grid", (*ROW, BEFORE_ALL), sql.due_grids, sql.seal_grids, sql.held_of_grids),
    SealedTable("colleague", (BEFORE_ALL,), sql.due_colleagues, sql.seal_colleagues, sql.held_of_colleagues),
    SealedTable("letter", (BEFORE_ALL,), sql.due_letters, sql.seal_letters, sql.held_of_letters),
)
"""Every table with a sealed column; a test finds the one that is missing."""


async def keep_sealed(pool: Pool, ring: KeyRing, pepper: Pepper) -> None:
    """Seal now and then, until cancelled. Needs to see every municipality."""

    async def look() -> None:
        # First: once an address is sealed, no query finds what stands around it.
        await unify(pool, pepper)
        await resealing.reseal(pool, ring, TABLES)
        await resealing.check(pool, ring, TABLES)

    await now_and_again(look, EVERY, "sealing_waits")
