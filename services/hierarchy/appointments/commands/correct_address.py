"""Correct the address of a person who has not signed in yet, and invite them there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.appointments import SCOPE_OF, Role
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Forbidden
from services.chassis.mail.addresses import normalise_email
from services.directory.grants import Staff
from services.directory.staff import grants_of
from services.hierarchy.accounts.commands.write_letters import write_appointed
from services.hierarchy.accounts.store import accounts, address_changes
from services.hierarchy.appointments.commands.lock_appointment import lock_appointment
from services.hierarchy.appointments.domain.appointments import Appointment, acting, titled
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import ADDRESS_CORRECTED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import audit, campaigns, places


@dataclass(frozen=True, slots=True)
class Correction:
    """Another address for the holder of an appointment."""

    appointment: UUID
    email: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """The address of the holder from now on."""

    email: str


async def correct_address(
    pool: Pool, entrance: Entrance, by: Staff, given: Correction, at: Moment
) -> Corrected:
    """A letter invites the holder at the right address.

    Raises Invalid for what can be no address, NotFound for a foreign appointment, Forbidden if the holder has
    a role that is not theirs to give, too, Conflict if it is over, the holder has signed in already, or
    another account has the address.
    """
    address = normalise_email(given.email)
    async with pool.acquire() as db, db.transaction():
        if corrected := await idempotency.earlier(db, at, Corrected):
            return corrected
        # Tenant before account, as everybody takes them who appoints; nobody appoints or signs in meanwhile.
        appointment = await lock_appointment(db, by, given.appointment)
        await accounts.lock(db, appointment.account)
        account = await accounts.get(db, appointment.account)
        held = [a for a in await appointments.of_account(db, account.id) if a.until_at is None]
        who, roles = await _acting(db, by, appointment, held, at.now)
        if account.has_signed_in:
            raise Conflict("address-own")
        if account.email == address:
            raise Conflict("address-same", field="email")
        await address_changes.set_email(db, account.id, address, at.now)
        moved = replace(account, email=address, name=appointment.name)
        await write_appointed(db, entrance, moved, roles, at.now)
        await audit.note(db, appointment.municipality, who, at.now, ADDRESS_CORRECTED, appointment.subject)
        return await idempotency.keep(db, at, Corrected(address))


async def _acting(
    db: Db, by: Staff, appointment: Appointment, held: Sequence[Appointment], now: datetime
) -> tuple[Acting, list[str]]:
    """In what capacity they correct, and every role that the account holds, in words."""
    if appointment.until_at is not None:
        raise Conflict("appointment-ended", role=TITLES[appointment.role])
    campaign = await campaigns.now_open(db)
    over = await places.find(db, [(SCOPE_OF[a.role], a.of) for a in held], campaign)
    named = [(a, places.of_role(over, a.role, a.of)) for a in held]
    roles = [titled(a.role, place) for a, place in named]
    if by.holds(Role.ADMINISTRATOR):
        return Acting(by.account), roles
    capacity = {a.id: acting(by, a.role, place) for a, place in named}
    # The new address gets every right of the account, so each must be theirs to give.
    if {grant.id for grant in await grants_of(db, appointment.account, now)} - capacity.keys():
        raise Forbidden("address-of-others")
    return capacity[appointment.id], roles
