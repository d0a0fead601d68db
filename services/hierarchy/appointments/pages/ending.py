"""Pages: ending an appointment."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import Forbidden
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.end_appointment import Ending, end_appointment
from services.hierarchy.appointments.domain.appointments import appointable
from services.hierarchy.appointments.people import find_holder
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.roles import TITLES


class EndingPages(Controller):
    """The end of an appointment."""

    path = "/cabinet/appointments/{id_:uuid}/end"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Asks once, with the name."""
        return await _page(visit, id_)

    @post()
    async def end(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """The appointment is over."""
        form = await visit.sent()
        async with visit.refusing():
            given = Ending(id_, form.of("number"), form.of("day"))
            ended = await end_appointment(visit.pool, visit.who, given, await visit.moment())
            return visit.go(address_of(ended.scope, ended.of), done="ended")
        return await _page(visit, id_)


async def _page(visit: Visit[Staff], id_: UUID) -> Response[str]:
    """The holder. Raises NotFound, Forbidden for who does not appoint there."""
    staff = visit.who
    async with visit.pool.acquire() as db, db.transaction():
        holder, place, scope = await find_holder(db, staff, id_)
    if holder.role not in appointable(staff, place, scope) or not may(staff, Deed.SEE, place):
        raise Forbidden("not-yours-to-appoint", role=TITLES[holder.role])
    values = {"holder": holder, "title": TITLES[holder.role], "back": address_of(scope, holder.of)}
    return await visit.page("appointments/end.html", **values)
