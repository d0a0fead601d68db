"""Pages: signing in by password, staying signed in, signing out."""

from urllib.parse import quote

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from services.chassis.errors import Unavailable
from services.chassis.web.forms import from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.accounts.commands.end_session import end_session
from services.hierarchy.accounts.commands.sign_in import Attempt, sign_in
from services.hierarchy.accounts.doors import BROWSER, Doors, by_password, client_of, device_of, next_page
from services.hierarchy.accounts.kit import CABINET, StaffKit, real_now
from services.hierarchy.accounts.store import sessions


class SignInPages(Controller):
    """Signing in, staying signed in, signing out."""

    path = "/staff"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get("/sign-in")
    async def ask(self, visit: NamedDependency[Visit[Staff]], doors: NamedDependency[Doors]) -> Answer:
        """Address and password, or the provider's button; whoever is signed in already goes on."""
        visit.form.values["next"] = next_page(visit.query.get("next", ""))
        if visit.signed_in:
            return visit.go(visit.form.of("next") or CABINET)
        return await _sign_in(visit, doors)

    @post("/sign-in", guards=[by_password])
    async def begin(
        self,
        visit: NamedDependency[Visit[Staff]],
        doors: NamedDependency[Doors],
        kit: NamedDependency[StaffKit],
    ) -> Answer:
        """Signed in with the right password."""
        form = await visit.sent()
        form.values["next"] = next_page(form.of("next"))
        async with visit.refusing():
            attempt = attempt_of(visit)
            who = await sign_in(visit.pool, doors.passwords, doors.secrets, attempt, real_now())
            kit.sign_in(visit, who)
            return visit.go(form.of("next") or CABINET, doors.known_browser(visit, who.account))
        return await _sign_in(visit, doors)

    @get("/renewal")
    async def renew(self, visit: NamedDependency[Visit[Staff]]) -> Redirect:
        """From a page of another service whose token has run out, and back to it with a fresh one."""
        back = next_page(visit.query.get("next", ""))
        if not visit.signed_in:
            # A cookie that was not sent is kept: none is in a chain that began on another site.
            return visit.go(f"/staff/sign-in?next={quote(back, safe='')}")
        if not visit.recognised.cookies:
            # It is fresh already, and the service does not know our key yet: not round and round.
            raise Unavailable("temporarily-unavailable")
        return visit.go(back or CABINET)

    @post("/sign-out")
    async def sign_out(
        self,
        visit: NamedDependency[Visit[Staff]],
        doors: NamedDependency[Doors],
        kit: NamedDependency[StaffKit],
    ) -> Answer:
        """The session ends in every service; and on to the provider, if the session began there."""
        url = None
        if visit.signed_in:
            await end_session(visit.pool, visit.who, visit.who.session, real_now())
            url = await _at_provider(visit, doors)
        kit.sign_out(visit)
        # Not by a redirect: `form-action` forbids one to another site after a form.
        return kit.go_on(visit, url) if url else visit.go("/staff/sign-in")


def attempt_of(visit: Visit[Staff]) -> Attempt:
    """The attempt to sign in by the form that was sent."""
    form, request = visit.form, visit.request
    browser = request.cookies.get(BROWSER, "")
    return Attempt(form.of("email"), form.of("password"), client_of(request), browser, device_of(request))


async def _sign_in(visit: Visit[Staff], doors: Doors) -> Response[str]:
    visit.form.values.pop("password", None)
    visit.forget()
    return await visit.page("accounts/sign_in.html", entrance=doors.entrance)


async def _at_provider(visit: Visit[Staff], doors: Doors) -> str | None:
    """Where the provider signs out whom it has signed in."""
    if doors.external is None:
        return None
    async with visit.pool.acquire() as db:
        by_provider = await sessions.by_provider(db, visit.who.session)
    return await doors.external.sign_out_url() if by_provider else None
