"""Pages: the telephone of an administration."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Scope
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.reached import Reached
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.territory.commands.set_reception import Reception, set_reception
from services.hierarchy.territory.store import municipalities


class ReceptionPages(Controller):
    """Where participants call if nobody nearer can be called."""

    path = "/cabinet/municipalities/{code:str}/reception"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """The number as it is."""
        return await _page(visit, code)

    @post()
    async def set(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """Another number, and back to the municipality."""
        form = await visit.sent()
        async with visit.refusing():
            given = Reception(code, Reached(form.of("phone"), form.of("hours")))
            await set_reception(visit.pool, visit.who, given, await visit.moment())
            return visit.go(address_of(Scope.MUNICIPALITY, code), done="reached")
        return await _page(visit, code)


async def _page(visit: Visit[Staff], code: str) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        place = await look_at(db, visit.who, Scope.MUNICIPALITY, code, await campaigns.now_open(db))
        authority(visit.who, Deed.SET_RECEPTION, place)
        known = await municipalities.reception(db, code)
    visit.form.values.setdefault("phone", known.spoken)
    visit.form.values.setdefault("hours", known.hours)
    back = address_of(Scope.MUNICIPALITY, code)
    return await visit.page("territory/reception.html", place=place, back=back)
