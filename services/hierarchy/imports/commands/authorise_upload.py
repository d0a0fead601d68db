"""Who may import what; part of several commands."""

from contracts.appointments import Scope
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, administrator, authority
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import places
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.imports.domain.files import Import


async def authorise_upload(db: Db, by: Staff, given: Import) -> tuple[Acting, Place | None]:
    """In what capacity a file is imported, and the founder whom it is about; the transaction sees what is
    theirs from then on.

    Raises NotFound for a foreign founder and, where it is the region's, for anybody but an administrator;
    Forbidden for the founder's staff that does not keep its list.
    """
    await tenancy.see(db, *tenants_of(by))
    if given.founder is None:
        return administrator(by), None
    founder = await places.find_one(db, Scope.MUNICIPALITY, given.founder)
    return authority(by, Deed.KEEP_ORGANIZATIONS, founder), founder
