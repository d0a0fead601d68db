"""Pages: how somebody who was appointed is reached."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Role, Scope
from services.chassis.errors import Forbidden
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.set_details import Given, set_details
from services.hierarchy.appointments.domain.appointments import appointable
from services.hierarchy.appointments.people import CHOICE, find_holder
from services.hierarchy.appointments.store.appointments import Holder
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.reached import Reached
from services.hierarchy.core.domain.roles import TITLES


class ContactPages(Controller):
    """Telephone and hours of the holder of an appointment."""

    path = "/cabinet/appointments/{id_:uuid}/contact"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The details as they are."""
        return await _page(visit, id_)

    @post()
    async def set(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """Others than before, and back to the place, or to one's own first page."""
        form = await visit.sent()
        async with visit.refusing():
            given = Given(id_, Reached(form.of("phone"), form.of("hours")), form.of("category"))
            await set_details(visit.pool, visit.who, given, await visit.moment())
            _, back = await _found(visit, id_)
            return visit.go(back, done="reached")
        return await _page(visit, id_)


async def _page(visit: Visit[Staff], id_: UUID) -> Response[str]:
    holder, back = await _found(visit, id_)
    known = {"phone": Reached(holder.phone).spoken, "hours": holder.hours, "category": holder.category or ""}
    visit.form.values = known | visit.form.values
    return await visit.page(
        "appointments/contact.html",
        holder=holder,
        title=TITLES[holder.role],
        back=back,
        categories=CHOICE if holder.role is Role.MEMBER else [],
    )


async def _found(visit: Visit[Staff], id_: UUID) -> tuple[Holder, str]:
    """The holder, and where one came from. Raises NotFound, Forbidden for who neither is the holder nor
    appoints there."""
    staff = visit.who
    async with visit.pool.acquire() as db, db.transaction():
        holder, place, scope = await find_holder(db, staff, id_)
    if not _theirs(staff, holder, place, scope):
        raise Forbidden("not-yours-to-appoint", role=TITLES[holder.role])
    seen = scope is Scope.REGION or may(staff, Deed.SEE, place)
    return holder, address_of(scope, holder.of) if seen else "/cabinet"


def _theirs(staff: Staff, holder: Holder, place: Place, scope: Scope) -> bool:
    return holder.account == staff.account or holder.role in appointable(staff, place, scope)
