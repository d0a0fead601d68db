"""Pages: correcting the address of a person who has not signed in yet."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Role
from services.chassis.errors import Conflict, Forbidden
from services.chassis.web.forms import from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.correct_address import Correction, correct_address
from services.hierarchy.appointments.domain.appointments import appointable
from services.hierarchy.appointments.people import find_holder
from services.hierarchy.appointments.store.appointments import Holder
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.roles import TITLES


class CorrectionPages(Controller):
    """Another address for the holder of an appointment."""

    path = "/cabinet/appointments/{id_:uuid}/address"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def ask(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Who is meant, and the address as it is now."""
        return await _page(visit, id_)

    @post()
    async def correct(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        entrance: NamedDependency[Entrance],
    ) -> Answer:
        """The holder is invited at the right address, and back to the list."""
        form = await visit.sent()
        async with visit.refusing():
            given = Correction(id_, form.of("email"))
            await correct_address(visit.pool, entrance, visit.who, given, await visit.moment())
            _, back = await _found(visit, id_)
            return visit.go(back, done="corrected")
        return await _page(visit, id_)


async def _page(visit: Visit[Staff], id_: UUID) -> Response[str]:
    holder, back = await _found(visit, id_)
    values = {"holder": holder, "title": TITLES[holder.role], "back": back}
    return await visit.page("appointments/correct_address.html", **values)


async def _found(visit: Visit[Staff], id_: UUID) -> tuple[Holder, str]:
    """The holder and the page of the place. Raises NotFound, Forbidden for who does not appoint there,
    Conflict for an appointment that is over."""
    staff = visit.who
    async with visit.pool.acquire() as db, db.transaction():
        holder, place, scope = await find_holder(db, staff, id_)
    appoints = staff.holds(Role.ADMINISTRATOR) or holder.role in appointable(staff, place, scope)
    if not appoints or not may(staff, Deed.SEE, place):
        raise Forbidden("not-yours-to-appoint", role=TITLES[holder.role])
    if holder.until_at is not None:
        raise Conflict("appointment-ended", role=TITLES[holder.role])
    return holder, address_of(scope, holder.of)
