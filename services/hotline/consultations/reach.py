"""At which levels somebody consults in a municipality, and which consultations and cases they see there."""

from uuid import UUID

from contracts.appointments import Level, Scope
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.directory.reach import roles_in
from services.hotline.consultations.domain.consultations import LEVEL_OF
from services.hotline.consultations.store.consultations import Sight
from services.hotline.core.authority import oversees
from services.hotline.core.region import Known
from services.hotline.inquiries.domain.inquiries import Inquiry
from services.hotline.inquiries.domain.viewers import Viewer
from services.hotline.inquiries.store import inquiries


def levels_in(by: Staff, municipality: str) -> list[Level]:
    """The levels at which somebody acts in a municipality, from the line upwards."""
    theirs = {LEVEL_OF[role] for role in roles_in(by, municipality) if role in LEVEL_OF}
    return [level for level in Level if level in theirs]


def own_organizations(by: Staff, known: Known, municipality: str) -> list[UUID]:
    """The open organizations of a municipality for which somebody is the coordinator or stands in."""
    picture = known.picture
    theirs = [UUID(grant.of) for grant in by.grants if grant.scope is Scope.ORGANIZATION]
    founders = picture.founders(municipality)
    found = (picture.organizations.get(id_) for id_ in dict.fromkeys(theirs))
    return [each.id for each in found if each and not each.closed and each.founder in founders]


def sight_of(by: Staff, known: Known, municipality: str) -> Sight:
    """Those of a municipality that somebody sees in their line of subordination: over the whole of it all of
    them, else their own, and those of the organizations that they or their working group look after."""
    groups = [known.groups[id_] for id_ in map(UUID, by.reach(Scope.GROUP)) if id_ in known.groups]
    everything = oversees(by, municipality) or any(_covers_all(known, g.id, municipality) for g in groups)
    supervised = [id_ for group in groups for id_ in group.organizations]
    theirs = {*own_organizations(by, known, municipality), *supervised}
    return Sight(municipality, everything, by.account, sorted(theirs))


async def seen_case(db: Db, by: Staff, id_: UUID) -> Inquiry:
    """An inquiry that somebody sees, of a municipality that this transaction sees. Raises NotFound."""
    inquiry = await inquiries.one(db, id_)
    if not Viewer.of(by).sees(inquiry, await inquiries.levels(db, inquiry)):
        raise NotFound("inquiry-unknown")
    return inquiry


def _covers_all(known: Known, group: UUID, municipality: str) -> bool:
    """Whether a working group looks after everything in a municipality, its own or one that it serves."""
    found = known.groups[group]
    served = any(s.municipality == municipality and s.served_by == found.municipality for s in known.servings)
    return found.covers_all and not found.dissolved and (found.municipality == municipality or served)
