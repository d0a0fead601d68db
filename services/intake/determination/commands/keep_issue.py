"""Keep a key issue: add it, rename it, close it."""

from dataclasses import dataclass, replace
from uuid import UUID

import uuid_utils.compat

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, authority, places_of
from services.intake.core.domain import ISSUE_ADDED, ISSUE_CLOSED, ISSUE_RENAMED
from services.intake.core.store import audit
from services.intake.determination.domain.issues import check_name
from services.intake.determination.store import issues
from services.intake.determination.store.issues import Issue


@dataclass(frozen=True, slots=True)
class NewIssue:
    """A key issue of a municipality's."""

    municipality: str
    name: str


@dataclass(frozen=True, slots=True)
class Renaming:
    """Another name for one."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Closing:
    """One that is offered no longer; what is marked by it stays so."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Kept:
    """The key issue that was added or changed."""

    id: UUID


async def add_issue(pool: Pool, known: Subordination, by: Staff, given: NewIssue, at: Moment) -> Kept:
    """Raises NotFound, Forbidden, Invalid for the name, Conflict for one that an open issue has."""
    authority(by, Deed.KEEP_ISSUES, given.municipality)
    campaign, name = known.campaign.id, check_name(given.name)
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        await tenancy.see(db, given.municipality)
        issue = Issue(given.municipality, uuid_utils.compat.uuid7(), name)
        await issues.add(db, issue, campaign, at.now)
        await audit.note(db, issue.municipality, by, at.now, ISSUE_ADDED, issue.id)
        return await idempotency.keep(db, at, Kept(issue.id))


async def rename_issue(pool: Pool, by: Staff, given: Renaming, at: Moment) -> Kept:
    """Raises NotFound, Invalid for the name, Conflict for one that is closed or named like another."""
    name = check_name(given.name)
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        issue = replace(await open_one(db, by, given.id), name=name)
        await issues.rename(db, issue)
        await audit.note(db, issue.municipality, by, at.now, ISSUE_RENAMED, issue.id)
        return await idempotency.keep(db, at, Kept(issue.id))


async def close_issue(pool: Pool, by: Staff, given: Closing, at: Moment) -> Kept:
    """Raises NotFound, Conflict for one that is closed."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Kept):
            return done
        issue = await open_one(db, by, given.id)
        await issues.close(db, issue, at.now)
        await audit.note(db, issue.municipality, by, at.now, ISSUE_CLOSED, issue.id)
        return await idempotency.keep(db, at, Kept(issue.id))


async def open_one(db: Db, by: Staff, id_: UUID) -> Issue:
    """One that somebody keeps, locked. Raises NotFound, Conflict for one that is closed."""
    places = places_of(by, Deed.KEEP_ISSUES)
    await tenancy.see(db, *places)
    issue = await issues.lock(db, places, id_)
    if issue.closed_at is not None:
        raise Conflict("issue-closed", field="issue")
    return issue
