"""Find the appointed people whom a member of the staff reminds; part of reminding and of listing them."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from contracts.appointments import SCOPE_OF, Role, Scope
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.appointments.store.appointments import Invited, Unanswered
from services.hierarchy.core.authority import REMINDED_BY
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.store.places import Kind, Places
from services.hierarchy.core.tenants import EVERYBODY
from services.hierarchy.territory.domain.structure import Municipality
from services.hierarchy.territory.store import municipalities

Found = TypeVar("Found", Unanswered, Invited)


async def reminded_by(
    db: Db, by: Staff, find: Callable[[Collection[Role]], Awaitable[Sequence[Found]]]
) -> tuple[list[Found], Places]:
    """What `find` finds of the roles that are theirs to remind, each once, and the places of all of them."""
    known, campaign = await municipalities.all_by_code(db), await campaigns.now_open(db)
    theirs, over = dict[UUID, Found](), dict[Kind, Place]()
    for role in REMINDED_BY:
        if tenants := _tenants(by, role, known):
            await tenancy.see(db, *tenants)
            found = await find(REMINDED_BY[role])
            over |= await places.find(db, [(SCOPE_OF[each.role], each.of) for each in found], campaign)
            theirs |= {each.id: each for each in found if _is_theirs(by, role, over, each)}
    return list(theirs.values()), over


def _tenants(by: Staff, role: Role, known: Mapping[str, Municipality]) -> Sequence[str]:
    """Where they remind in this role of theirs."""
    if role is Role.ADMINISTRATOR:
        return [EVERYBODY] if by.holds(role) else []
    own = [grant for grant in by.grants if grant.role is role]
    if role is Role.SMO_OPERATOR:
        smos = {grant.of for grant in own}
        return [code for code, each in known.items() if each.smo in smos]
    if SCOPE_OF[role] is Scope.GROUP:
        return sorted({code for grant in own for code in (grant.municipality or "", *grant.serves)})
    return sorted({grant.municipality for grant in own if grant.municipality})


def _is_theirs(by: Staff, role: Role, over: Places, each: Unanswered | Invited) -> bool:
    """Whether they remind this holder: a working group reminds its own people alone."""
    if SCOPE_OF[role] is not Scope.GROUP:
        return True
    group = str(places.of_role(over, each.role, each.of).group)
    return any(grant.role is role and grant.of == group for grant in by.grants)
