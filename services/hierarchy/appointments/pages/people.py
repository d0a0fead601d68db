"""What the pages of all places share: where they are, their people, and appointing."""

from typing import Any

import orjson
from litestar.response import Redirect

from contracts.appointments import SCOPE_OF, Role, Scope
from services.chassis.db.idempotency import repeat_of
from services.chassis.db.pool import Db
from services.chassis.errors import Invalid
from services.chassis.web.forms import Form
from services.directory.grants import Staff
from services.hierarchy.appointments.commands.appoint import Draft, Wish, appoint
from services.hierarchy.appointments.domain.appointments import appointable
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import REMINDED_BY, Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.roles import CHAIRS, TITLES
from services.hierarchy.core.office import AnyRequest, Office, Option, Visit, count_of

WITH_ACTS = (Scope.REGION, Scope.MUNICIPALITY)
"""The kinds of places whose acts have a list of their own."""


async def shown(db: Db, request: AnyRequest, staff: Staff, place: Place, scope: Scope) -> dict[str, Any]:
    """The people of a place and who may be appointed there, for its page."""
    people = await appointments.people(db, place.tenant, None if scope is Scope.REGION else place.of)
    roles = appointable(staff, place, scope)
    reminded = {role for grant in staff.grants for role in REMINDED_BY.get(grant.role, ())}
    return {
        "place": place,
        "address": address_of(scope, place.of),
        "present": [holder for holder in people if holder.until_at is None],
        "past": [holder for holder in people if holder.until_at is not None],
        "titles": TITLES,
        "acts": may(staff, Deed.SEE_PEOPLE, place),
        "all_acts": f"{address_of(scope, place.of)}/acts" if scope in WITH_ACTS else "",
        "roles": [Option(role.value, TITLES[role]) for role in roles],
        "given": {role.value for role in roles},
        "replaceable": not CHAIRS.isdisjoint(roles),
        "councils": [],
        "done": request.query_params.get("done", ""),
        "reminded": count_of(request, "reminded"),
        "unanswered": any(not h.has_come and h.until_at is None and h.role in reminded for h in people),
    }


async def appoint_from(
    request: AnyRequest, office: Office, visit: Visit, form: Form, scope: Scope, of: str
) -> Redirect:
    """Appoint whom a form names, and back to the place. Raises whatever refuses it."""
    replaces, same = form.of("replaces") == "1", form.of("same_person") == "1"
    wish = Wish(*_role(form, of), form.of("name"), form.of("email"), replaces=replaces, same_person=same)
    draft = Draft(form.of("number"), form.of("day"), [wish])
    repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
    answer = await appoint(office.pool, office.entrance, visit.who, draft, office.clock.now(), repeat)
    done = "appointed" if orjson.loads(answer.body)["appointed"] else "unchanged"
    return office.go(f"{address_of(scope, of)}?done={done}", *visit.cookies)


def _role(form: Form, of: str) -> tuple[Role, str]:
    try:
        role = Role(form.of("role"))
    except ValueError as error:
        raise Invalid("role-unknown", field="role") from error
    return role, form.of("of") if SCOPE_OF[role] is Scope.SMO else of
