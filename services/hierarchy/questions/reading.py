"""Which questions come to somebody, and which published answers they read."""

from uuid import UUID

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.tenants import around
from services.hierarchy.groups.store import groups
from services.hierarchy.orders.domain.addressees import Reach
from services.hierarchy.questions.store import people
from services.hierarchy.questions.store.people import Capacity
from services.hierarchy.questions.store.questions import Held, Readership

ASKING = frozenset({Role.COORDINATOR, Role.STAND_IN, Role.LEADER, Role.MEMBER})
"""Who has somebody above to ask."""


def scopes(by: Staff) -> set[str]:
    """The organizations and working groups whose questions are theirs: a successor finds those of before."""
    return {grant.of for grant in by.grants if grant.role in ASKING}


async def held_by(db: Db, by: Staff) -> Held:
    """The transaction sees their rows from then on."""
    await tenancy.see(db, *around(by))
    found = await places.find(db, [(Scope.MUNICIPALITY, of) for of in by.reach(Scope.MUNICIPALITY)], None)
    own = {of: place for (_, of), place in found.items()}
    deeds = (Deed.SEE_QUESTIONS, Deed.ANSWER_IN_COORDINATION, Deed.ANSWER_AS_HEAD)
    return Held(
        {UUID(grant.of) for grant in by.grants if grant.role in (Role.LEADER, Role.MEMBER)},
        *([of for of, place in own.items() if may(by, deed, place)] for deed in deeds),
    )


async def readership(db: Db, by: Staff) -> Readership:
    """Of the open campaign, or of the last: whoever stands over a municipality reads all of it, others what
    is of the directions of the groups in whose areas they work."""
    whole = (await held_by(db, by)).seen
    campaign = await campaigns.current(db)
    if campaign is None:
        return Readership(whole)
    found = set[tuple[str, str]]()
    for capacity in await people.capacities(db, by.account, campaign.id):
        found |= await _directions(db, capacity, campaign)
    return Readership(whole, found)


async def _directions(db: Db, capacity: Capacity, campaign: CampaignDefined) -> set[tuple[str, str]]:
    code, group = capacity.municipality, capacity.holder.working_group
    standing = Reach([], await groups.present(db, code, campaign.id))
    covered = (term.code for term in campaign.directions if group in standing.covering(term.code))
    return {(code, ""), *((code, direction) for direction in covered)}
