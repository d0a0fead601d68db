"""Pages: what the acts of a municipality, or of the region, are printed on (бланк)."""

from dataclasses import asdict

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.event import REGION
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.set_letterhead import NewLetterhead, set_letterhead, whose
from services.hierarchy.appointments.domain.letterheads import PLAIN, Letterhead
from services.hierarchy.appointments.store import letterheads
from services.hierarchy.core.authority import Deed, authority


class LetterheadPages(Controller):
    """The letterhead of acts."""

    path = "/cabinet"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/municipalities/{code:str}/letterhead")
    async def ask(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Response[str]:
        """As it stands, to be changed; where none is set, with words that are usual."""
        return await _page(visit, code)

    @post("/municipalities/{code:str}/letterhead")
    async def set_(self, visit: NamedDependency[Visit[Staff]], code: FromPath[str]) -> Answer:
        """Acts are printed so from now on, and back to their list."""
        return await _set(visit, code)

    @get("/region/letterhead")
    async def ask_of_region(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """The same of the acts that the administrators enter."""
        return await _page(visit, REGION)

    @post("/region/letterhead")
    async def set_of_region(self, visit: NamedDependency[Visit[Staff]]) -> Answer:
        """The same of the acts that the administrators enter."""
        return await _set(visit, REGION)


async def _set(visit: Visit[Staff], of: str) -> Answer:
    form = await visit.sent()
    async with visit.refusing():
        letterhead = Letterhead(form.of("issuer"), form.of("place"), form.of("preamble"), form.of("control"))
        given = NewLetterhead(of, letterhead)
        await set_letterhead(visit.pool, visit.who, given, await visit.moment())
        return visit.go(_address(of), done="set")
    return await _page(visit, of)


async def _page(visit: Visit[Staff], of: str) -> Response[str]:
    """The form. Raises NotFound for a foreign municipality, Forbidden."""
    async with visit.pool.acquire() as db, db.transaction():
        place = await whose(db, visit.who, of)
        authority(visit.who, Deed.SET_LETTERHEAD, place)
        standing = await letterheads.of_tenant(db, place.tenant)
    visit.form.values = asdict(standing) | visit.form.values
    return await visit.page(
        "appointments/letterhead.html",
        place=place,
        address=_address(of),
        back=_address(of).removesuffix("letterhead") + "acts",
        is_new=standing == PLAIN and not visit.form.errors,
        done=visit.query.get("done", ""),
    )


def _address(of: str) -> str:
    return "/cabinet/region/letterhead" if of == REGION else f"/cabinet/municipalities/{of}/letterhead"
