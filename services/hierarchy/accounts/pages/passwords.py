"""Pages: choosing a password by the link of a letter, and requesting another link."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.web.forms import from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.choose_password import ChosenPassword, choose_password
from services.hierarchy.accounts.commands.follow_link import follow_link
from services.hierarchy.accounts.commands.request_link import request_link
from services.hierarchy.accounts.domain.accounts import SHORTEST_PASSWORD, Account
from services.hierarchy.accounts.doors import Doors, by_password, device_of
from services.hierarchy.accounts.kit import CABINET, StaffKit, real_now


class PasswordPages(Controller):
    """Passwords, where the installation has them."""

    path = "/staff"
    include_in_schema = False
    guards = [from_here, by_password]

    @get("/forgotten")
    async def forgotten(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """Where to send a link."""
        return await visit.page("accounts/forgotten.html")

    @post("/forgotten")
    async def request_link(
        self, visit: NamedDependency[Visit[Staff]], doors: NamedDependency[Doors]
    ) -> Response[str]:
        """The same answer for every address."""
        form = await visit.sent()
        async with visit.refusing():
            await request_link(visit.pool, doors.entrance, form.of("email"), real_now())
            return await visit.page("accounts/forgotten.html", written=form.of("email"))
        return await visit.page("accounts/forgotten.html")

    @get("/links/{word:str}")
    async def follow(self, visit: NamedDependency[Visit[Staff]], word: FromPath[str]) -> Response[str]:
        """Where the password is chosen."""
        return await _choice(visit, word, await follow_link(visit.pool, word, real_now()))

    @post("/links/{word:str}")
    async def choose(
        self,
        visit: NamedDependency[Visit[Staff]],
        doors: NamedDependency[Doors],
        kit: NamedDependency[StaffKit],
        word: FromPath[str],
    ) -> Answer:
        """Signed in with the password that was chosen."""
        form, now = await visit.sent(), real_now()
        account = await follow_link(visit.pool, word, now)
        async with visit.refusing():
            device = device_of(visit.request)
            given = ChosenPassword(word, form.of("password"), device, form.of("again"))
            who = await choose_password(visit.pool, doors.passwords, given, now)
            kit.sign_in(visit, who)
            return visit.go(CABINET, doors.known_browser(visit, who.account))
        return await _choice(visit, word, account)


async def _choice(visit: Visit[Staff], word: str, account: Account) -> Response[str]:
    visit.form.values.pop("password", None)
    visit.form.values.pop("again", None)
    visit.forget()
    values = {"word": word, "email": account.email, "least": SHORTEST_PASSWORD}
    return await visit.page("accounts/choose_password.html", **values)
