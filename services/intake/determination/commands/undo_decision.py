"""Take a decision back, or all that were taken together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.initiatives import InitiativeReverted
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, NotFound, Refused
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, places_of
from services.intake.core.domain import DECISION_UNDONE
from services.intake.core.store import audit
from services.intake.determination.commands.decide import Decided, Outcome
from services.intake.determination.domain import decisions as rules
from services.intake.determination.domain.bodies import bodies_of
from services.intake.determination.store import decisions
from services.intake.determination.store.decisions import Taken
from services.intake.initiatives.domain import UNDONE_WITHIN, Initiative
from services.intake.initiatives.store import acceptances


@dataclass(frozen=True, slots=True)
class Undoing:
    """The decision, by its own id or by that of all that were taken together."""

    id: UUID


async def undo_decision(pool: Pool, known: Subordination, by: Staff, given: Undoing, at: Moment) -> Decided:
    """Each stands as before, by a new event; where something was decided since, its outcome says so.

    Raises NotFound for a decision of which the sender's bodies know nothing.
    """
    places = places_of(by, Deed.DETERMINE)
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Decided):
            return done
        await tenancy.see(db, *places)
        # Initiatives before what was decided on them: whoever moves one locks in this order.
        found = await decisions.lock(db, places, await decisions.decided_by(db, places, given.id))
        taken = [one for one in await decisions.lock_taken(db, places, given.id) if is_theirs(by, one)]
        taken = [one for one in taken if one.initiative_id in found]
        if not taken:
            raise NotFound("decision-unknown")
        reverted: list[tuple[Taken, Initiative]] = []
        outcomes = [_undo(one, found[one.initiative_id], at.now, reverted) for one in taken]
        if reverted:
            await _store(db, known, by, given, found, reverted, at.now)
        return await idempotency.keep(db, at, Decided(given.id, outcomes))


def _undo(
    taken: Taken, initiative: Initiative, now: datetime, reverted: list[tuple[Taken, Initiative]]
) -> Outcome:
    try:
        after = _reverted(taken, initiative, now)
    except Refused as refusal:
        return Outcome(initiative.id, initiative.number, initiative.status, refusal.slug)
    reverted.append((taken, after))
    return Outcome(after.id, after.number, after.status)


async def _store(
    db: Db,
    known: Subordination,
    by: Staff,
    given: Undoing,
    found: Mapping[UUID, Initiative],
    reverted: Sequence[tuple[Taken, Initiative]],
    now: datetime,
) -> None:
    initiatives = [initiative for _, initiative in reverted]
    await decisions.save(db, initiatives, now)
    if turned := [(found[i.id], i.direction) for i in initiatives if found[i.id].direction != i.direction]:
        await acceptances.turn(db, turned)
    await decisions.undo(db, [taken for taken, _ in reverted], now)
    campaign_of = known.picture.campaign
    events = [one.event(InitiativeReverted, campaign_of(one.campaign)) for one in initiatives]
    await outbox.publish(db, *events)
    for municipality in sorted({one.municipality for one in initiatives}):
        await audit.note(db, municipality, by, now, DECISION_UNDONE, given.id)


def is_theirs(by: Staff, taken: Taken) -> bool:
    """Whoever decides for the body that decided, and the coordination group above it."""
    bodies = bodies_of(by, taken.municipality, taken.body.group)
    return taken.body in bodies or any(body.group is None for body in bodies)


def _reverted(taken: Taken, initiative: Initiative, now: datetime) -> Initiative:
    if taken.undone_at is not None:
        raise Conflict("decision-undone")
    if now > taken.decided_at + UNDONE_WITHIN:
        raise Conflict("decision-too-old")
    if initiative.version != taken.version:
        raise Conflict("decision-superseded")
    return rules.revert(initiative, taken.before)
