"""Pages: changing one's own address."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.web.forms import from_here
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.accounts.commands.change_address import change_address
from services.hierarchy.accounts.commands.request_address import AddressRequest, request_address
from services.hierarchy.accounts.doors import Doors, client_of
from services.hierarchy.accounts.kit import real_now
from services.hierarchy.accounts.passwords import digest_of
from services.hierarchy.accounts.store import accounts, address_changes


class OwnAddressPages(Controller):
    """One's own address."""

    path = "/staff"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get("/address")
    async def own(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """The present address."""
        return await _own(visit)

    @post("/address")
    async def request(
        self, visit: NamedDependency[Visit[Staff]], doors: NamedDependency[Doors]
    ) -> Response[str]:
        """A letter with a link is sent to the requested address."""
        form, requested = await visit.sent(), ""
        given = AddressRequest(form.of("email"), form.of("password"), client_of(visit.request))
        async with visit.refusing():
            by = (doors.passwords, doors.secrets, doors.entrance, visit.who)
            requested = (await request_address(visit.pool, *by, given, real_now())).email
        return await _own(visit, requested)

    @get("/addresses/{word:str}")
    async def follow(self, visit: NamedDependency[Visit[Staff]], word: FromPath[str]) -> Response[str]:
        """Asks once; following the link alone changes nothing."""
        async with visit.pool.acquire() as db:
            change = await address_changes.get(db, digest_of(word))
        change.check(real_now())
        return await visit.page("accounts/new_address.html", word=word, email=change.email)

    @post("/addresses/{word:str}")
    async def change(self, visit: NamedDependency[Visit[Staff]], word: FromPath[str]) -> Response[str]:
        """It is the account's address from now on."""
        changed = await change_address(visit.pool, word, real_now())
        return await visit.page("accounts/new_address.html", email=changed.email, changed=True)


async def _own(visit: Visit[Staff], requested: str = "") -> Response[str]:
    visit.form.values.pop("password", None)
    async with visit.pool.acquire() as db:
        account = await accounts.get(db, visit.who.account)
    values = {"email": account.email, "password": account.password is not None, "written": requested}
    return await visit.page("accounts/own_address.html", **values)
