"""Check that the address of an act belongs to the person whom the act names; part of several commands."""

from contracts.appointments import SCOPE_OF
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict, NotFound
from services.directory.grants import Staff
from services.directory.russian import search_text
from services.hierarchy.accounts.domain.accounts import Account
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.store import places

DOUBTS = ("address-of", "address-of-another")
"""The refusals that go away once it is said that it is the same person."""


async def check_same_person(
    db: Db, campaign: CampaignDefined | None, by: Staff, account: Account, name: str
) -> None:
    """Raises Conflict if the account of an address was never named so where `by` may look: with the name
    that they see there, or without one if whose address it is, is not theirs to learn."""
    held = await appointments.of_account(db, account.id)
    if same_name(name, account.name, *(appointment.name for appointment in held)):
        return
    if account.id == by.account:
        raise Conflict("address-of", field="same_person", name=account.name)
    for appointment in held:
        if await _sees(db, campaign, by, appointment):
            raise Conflict("address-of", field="same_person", name=appointment.name)
    raise Conflict("address-of-another", field="same_person")


def same_name(name: str, *known: str) -> bool:
    """Whether a name is one of those that are known, whatever its capital letters and `ё`."""
    return search_text(name) in map(search_text, known)


async def _sees(db: Db, campaign: CampaignDefined | None, by: Staff, appointment: Appointment) -> bool:
    try:
        place = await places.find_one(db, SCOPE_OF[appointment.role], appointment.of, campaign)
    except NotFound:
        return False
    return may(by, Deed.SEE, place)
