"""Initiatives as their authors are told of them, read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.directory.subordination import Subordination
from services.intake.attachments.domain.attachments import Attachment, Holder
from services.intake.attachments.store import attachments
from services.intake.core.domain import Author
from services.intake.initiatives.course import Course, as_told, history, holder_of, promised_by
from services.intake.initiatives.domain import Initiative, Saved
from services.intake.initiatives.store import authorship, drafts, initiatives
from services.intake.initiatives.store import course as store
from services.intake.initiatives.store.authorship import Own, Role


@dataclass(frozen=True, slots=True)
class Told:
    """An initiative in a list of one's own. `into`: the number of the one that it goes on in."""

    initiative: Initiative
    role: Role
    into: int | None


async def page_of(db: Db, who: Author, now: datetime, before: int | None, limit: int) -> list[Told]:
    """One's own initiatives, the newest first, below a number."""
    found = await authorship.page_of(db, who, before, limit)
    decided = await store.decisions_of(db, [own.initiative for own in found])
    told = [(as_told(own.initiative, decided[own.initiative.id], now), own.role) for own in found]
    numbers = await store.goes_on_in(db, [one for one, _ in told])
    return [Told(one, role, numbers.get(one.merged_into or one.id)) for one, role in told]


async def one_of(pool: Pool, who: Author, initiative_id: UUID, now: datetime) -> Own:
    """One's own initiative. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        own = await authorship.one_of(db, who, initiative_id)
        decided = await store.decisions_of(db, [own.initiative])
    return Own(as_told(own.initiative, decided[own.initiative.id], now), own.role)


async def files_of(pool: Pool, who: Author, initiative_id: UUID) -> list[Attachment]:
    """The files of one's own initiative: all of them for its author, for a co-author those that are shown.
    Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        initiative, role = await authorship.one_of(db, who, initiative_id)
        found = await attachments.of(db, Holder(initiative.municipality, initiative_id))
    return [each for each in found if each.is_shown or role is Role.AUTHOR]


async def file_of(pool: Pool, who: Author, initiative_id: UUID, id_: UUID) -> Attachment:
    """One of them that may be downloaded. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        initiative, _ = await authorship.one_of(db, who, initiative_id)
        return await attachments.one_of(db, Holder(initiative.municipality, initiative_id), id_)


async def draft_with_files(pool: Pool, who: Author, draft_id: UUID) -> tuple[Saved, list[Attachment]]:
    """One's own draft and its files. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        saved = await drafts.one_of(db, who, draft_id)
        return saved, await attachments.of(db, drafts.holder_of(who, draft_id))


async def file_of_draft(pool: Pool, who: Author, draft_id: UUID, id_: UUID) -> Attachment:
    """One of them that may be downloaded. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        await drafts.one_of(db, who, draft_id)
        return await attachments.one_of(db, drafts.holder_of(who, draft_id), id_)


async def course_of(
    pool: Pool, known: Subordination, who: Author, initiative_id: UUID, now: datetime
) -> tuple[Course, Role]:
    """The course of one's own initiative, and what one is to it. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        own = await authorship.one_of(db, who, initiative_id)
        (course,) = await courses(db, [own], now)
        helped_by = await store.helped_by(db, own.initiative)
    told = course.initiative
    # Its author has it between a return and the new wording: the promised time begins anew with that.
    since = course.wordings[-1].replaced_at if course.wordings else told.submitted_at
    whole = Course(
        told,
        course.steps,
        course.wordings,
        holder_of(known, told, now),
        promised_by(known, told, since, now),
        course.into,
        helped_by,
    )
    return whole, own.role


async def courses(db: Db, found: Sequence[Own], now: datetime) -> list[Course]:
    """The courses of one's own initiatives, without who holds them."""
    those = [own.initiative for own in found]
    steps = await initiatives.histories(db, those)
    decided, wordings = await store.decisions_of(db, those), await store.wordings_of(db, those)
    told = [as_told(one, decided[one.id], now) for one in those]
    numbers = await store.goes_on_in(db, told)
    return [
        Course(
            shown,
            history(own.initiative, own.history(steps[shown.id]), decided[shown.id], wordings[shown.id], now),
            wordings[shown.id],
            into=numbers.get(shown.merged_into or shown.id),
        )
        for own, shown in zip(found, told, strict=True)
    ]
