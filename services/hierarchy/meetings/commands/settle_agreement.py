"""Say what became of an agreement."""

from dataclasses import dataclass, replace
from uuid import UUID

from contracts.appointments import Scope
from contracts.event import REGION
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Forbidden, NotFound
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.audit import AGREEMENT_SETTLED
from services.hierarchy.core.store import audit, places
from services.hierarchy.meetings.commands.look_at_meeting import invited_places
from services.hierarchy.meetings.domain.agreements import Agreement, State, check_state
from services.hierarchy.meetings.store import agreements
from services.hierarchy.territory.store import municipalities


@dataclass(frozen=True, slots=True)
class Settling:
    """Open, done or dropped; `seen`: the state that was changed, if it matters."""

    id: UUID
    state: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """The state that stands, and of which meeting it was."""

    id: UUID
    state: str
    meeting: UUID


async def settle_agreement(pool: Pool, by: Staff, given: Settling, at: Moment) -> Settled:
    """The SMO sets any state, the municipality whether it is done: what was agreed on it does not drop alone.

    Raises NotFound, Forbidden, Invalid, Conflict if somebody else has set another state meanwhile.
    """
    async with pool.acquire() as db, db.transaction():
        if settled := await idempotency.earlier(db, at, Settled):
            return settled
        agreement = await _locked(db, by, given.id)
        who = await _acting(db, by, agreement, given.state)
        wanted = check_state(given.state, agreement.state, given.seen)
        if wanted is not agreement.state:
            await agreements.settle(db, replace(agreement, state=wanted, settled_at=at.now), by.account)
            tenant = agreement.municipality
            await audit.note(db, tenant, who, at.now, AGREEMENT_SETTLED, agreement.subject)
        return await idempotency.keep(db, at, Settled(agreement.id, wanted, agreement.meeting))


async def _locked(db: Db, by: Staff, id_: UUID) -> Agreement:
    """An agreement of one's SMO or municipality. Raises NotFound."""
    invited, smos = await invited_places(db, by), by.reach(Scope.SMO)
    await tenancy.see(db, REGION, *invited, *await municipalities.of_smos(db, smos))
    agreement = await agreements.lock(db, id_)
    if agreement.smo not in smos and agreement.municipality not in invited:
        raise NotFound("agreement-unknown")
    return agreement


async def _acting(db: Db, by: Staff, agreement: Agreement, state: str) -> Acting:
    smo = await places.find_one(db, Scope.SMO, agreement.smo)
    if may(by, Deed.RUN_MEETINGS, smo):
        return authority(by, Deed.RUN_MEETINGS, smo)
    place = await places.find_one(db, Scope.MUNICIPALITY, agreement.municipality)
    who = authority(by, Deed.ANSWER_SMO, place)
    if State.DROPPED in (state, agreement.state):
        raise Forbidden("not-yours-to-drop")
    return who
