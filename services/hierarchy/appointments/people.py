"""What the pages of several rooms share: the people of a place, and appointing there."""

from typing import Any
from uuid import UUID

from litestar.response import Redirect

from contracts.appointments import SCOPE_OF, Role, Scope
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.web.forms import Form, Option, number_of
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.hierarchy.appointments.commands.appoint import Draft, Nomination, appoint
from services.hierarchy.appointments.domain.appointments import appointable
from services.hierarchy.appointments.store import appointments
from services.hierarchy.appointments.store.appointments import Holder
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import REMINDED_BY, Deed, may
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.roles import CATEGORIES, CHAIRS, TITLES
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.tenants import tenants_of

CHOICE = [Option(kind.value, word) for kind, word in CATEGORIES.items()]
"""The kinds of members of a working group, to be chosen from."""

UNSAID = Option("", "Не указано")

WITH_ACTS = (Scope.REGION, Scope.MUNICIPALITY)
"""The kinds of places whose acts have a list of their own."""


async def shown(db: Db, visit: Visit[Staff], place: Place, scope: Scope) -> dict[str, Any]:
    """The people of a place and the roles to which the viewer appoints there, for its page."""
    staff = visit.who
    people = await appointments.people(db, place.tenant, None if scope is Scope.REGION else place.of)
    roles = appointable(staff, place, scope)
    reminded = {role for grant in staff.grants for role in REMINDED_BY.get(grant.role, ())}
    if len(roles) == 1:
        visit.form.values.setdefault("role", roles[0].value)
    return {
        "place": place,
        "address": address_of(scope, place.of),
        "present": [holder for holder in people if holder.until_at is None],
        "past": [holder for holder in people if holder.until_at is not None],
        "titles": TITLES,
        "acts": may(staff, Deed.SEE_PEOPLE, place),
        "all_acts": f"{address_of(scope, place.of)}/acts" if scope in WITH_ACTS else "",
        "roles": [Option(role.value, TITLES[role]) for role in roles],
        "categories": [UNSAID, *CHOICE] if Role.MEMBER in roles else [],
        "kinds": CATEGORIES,
        "mine": staff.account,
        "given": {role.value for role in roles},
        "replaceable": any(h.role in CHAIRS and h.role in roles and h.until_at is None for h in people),
        "councils": [],
        "done": visit.query.get("done", ""),
        "reminded": number_of(visit.query.get("reminded", "")),
        "unanswered": any(not h.has_signed_in and h.until_at is None and h.role in reminded for h in people),
    }


async def appoint_from(visit: Visit[Staff], entrance: Entrance, scope: Scope, of: str) -> Redirect:
    """Appoint the person whom the form names, and go back to the place. Raises what `appoint` raises."""
    form = visit.form
    role, (replaces, same) = _role(form), (form.of(name) == "1" for name in ("replaces", "same_person"))
    over = form.of("of") if role and SCOPE_OF[role] is Scope.SMO else of
    nomination = Nomination(
        role,
        over,
        form.of("name"),
        form.of("email"),
        replaces,
        same,
        **{name: form.of(name) for name in ("phone", "hours", "category")},
    )
    draft = Draft(form.of("number"), form.of("day"), [nomination])
    done = await appoint(visit.pool, entrance, visit.who, draft, await visit.moment())
    return visit.go(address_of(scope, of), done="appointed" if done.appointed else "unchanged")


async def find_holder(db: Db, staff: Staff, id_: UUID) -> tuple[Holder, Place, Scope]:
    """The holder of an appointment, over which place, and of which kind that is. Raises NotFound."""
    await tenancy.see(db, *tenants_of(staff))
    appointment = await appointments.get(db, id_)
    scope = SCOPE_OF[appointment.role]
    place = await places.find_one(db, scope, appointment.of, await campaigns.now_open(db))
    people = await appointments.people(db, appointment.municipality, appointment.of)
    return next(holder for holder in people if holder.id == id_), place, scope


def _role(form: Form) -> Role | None:
    try:
        return Role(form.of("role"))
    except ValueError:
        return None
