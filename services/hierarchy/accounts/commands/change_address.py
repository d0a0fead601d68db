"""Change the address of an account by the link that was sent to the new one."""

from dataclasses import dataclass
from datetime import datetime

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.hierarchy.accounts.commands.write_letters import write_address_changed
from services.hierarchy.accounts.passwords import digest_of
from services.hierarchy.accounts.store import accounts, address_changes
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.audit import ADDRESS_CHANGED
from services.hierarchy.core.store import audit


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """The new address."""

    email: str


async def change_address(pool: Pool, word: str, now: datetime) -> AddressChanged:
    """Sessions go on: it is the same person with the same password. A letter informs the old address.

    Raises NotFound for an unknown or old link, Conflict for a used one and if another account has the
    address by now.
    """
    digest = digest_of(word)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION)
        # The account's lock first, then a second look: the link may have been used meanwhile.
        await accounts.lock(db, (await address_changes.get(db, digest)).account)
        change = await address_changes.get(db, digest)
        change.check(now)
        account = await accounts.get(db, change.account)
        await address_changes.set_email(db, account.id, change.email, now)
        await audit.note(db, REGION, Acting(account.id), now, ADDRESS_CHANGED, f"account:{account.id}")
        await write_address_changed(db, account, now)
        return AddressChanged(change.email)
