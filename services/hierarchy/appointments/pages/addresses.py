"""Pages: correcting the address of somebody appointed."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from contracts.appointments import SCOPE_OF, Role
from services.chassis.db import tenancy
from services.chassis.db.idempotency import repeat_of
from services.chassis.errors import Conflict, Forbidden
from services.chassis.web.forms import Form, from_here, sent
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.correct_address import correct_address
from services.hierarchy.appointments.domain.appointments import appointable
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.office import AnyRequest, Office, Visit
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.tenants import tenants_of


class AddressPages(Controller):
    """Addresses."""

    path = "/"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get("/cabinet/appointments/{id_:uuid}/address")
    async def ask_correction(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str]:
        """Who is meant, and the address as it is now."""
        return await _correction(request, office, await office.visit(request), id_, Form())

    @post("/cabinet/appointments/{id_:uuid}/address")
    async def correct(
        self, request: AnyRequest, id_: FromPath[UUID], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """They are invited at the right address, and back to the list."""
        visit, form = await office.visit(request), await sent(request)
        try:
            repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
            given = (visit.who, id_, form.of("email"), office.clock.now(), repeat)
            await correct_address(office.pool, office.entrance, *given)
            _, back = await _found(office, visit, id_)
        except Exception as error:
            return await _correction(request, office, visit, id_, form, office.refuse(form, error))
        return office.go(f"{back}?done=corrected", *visit.cookies)


async def _correction(
    request: AnyRequest, office: Office, visit: Visit, id_: UUID, form: Form, status: int = 200
) -> Response[str]:
    holder, back = await _found(office, visit, id_)
    values = {"holder": holder, "title": TITLES[holder.role], "back": back}
    return await office.page(request, visit, "appointments/correct_address.html", form, status, **values)


async def _found(office: Office, visit: Visit, id_: UUID) -> tuple[appointments.Holder, str]:
    """Whose address it is and the page where they stand. Raises Forbidden for who does not appoint them."""
    staff = visit.who
    async with office.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *tenants_of(staff))
        appointment = await appointments.get(db, id_)
        scope = SCOPE_OF[appointment.role]
        place = await places.find_one(db, scope, appointment.of, await campaigns.now_open(db))
        people = await appointments.people(db, appointment.municipality, appointment.of)
    appoints = staff.holds(Role.ADMINISTRATOR) or appointment.role in appointable(staff, place, scope)
    if not appoints or not may(staff, Deed.SEE, place):
        raise Forbidden("not-yours-to-appoint", role=TITLES[appointment.role])
    if appointment.until_at is not None:
        raise Conflict("appointment-ended", role=TITLES[appointment.role])
    return next(holder for holder in people if holder.id == id_), address_of(scope, appointment.of)
