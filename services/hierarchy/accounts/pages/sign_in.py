"""Pages: coming in by password or by the link of a letter, staying, leaving."""

from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from services.chassis.errors import Invalid, Unavailable
from services.chassis.web.forms import Form, from_here, sent
from services.directory.staff import RENEWAL
from services.hierarchy.accounts.commands.choose_password import ask_for_link, choose_password, follow_link
from services.hierarchy.accounts.commands.sign_in import Attempt, SignedIn, end_session, sign_in
from services.hierarchy.accounts.domain.accounts import SHORTEST_PASSWORD
from services.hierarchy.accounts.domain.devices import device_name
from services.hierarchy.accounts.store import sessions
from services.hierarchy.core.office import (
    BROWSER,
    CABINET,
    AnyRequest,
    Office,
    Visit,
    by_password,
    client_of,
    device_of,
    next_page,
    real_now,
)


class SignInPages(Controller):
    """Coming in, staying and leaving."""

    path = "/staff"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get("/sign-in")
    async def ask(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str] | Redirect:
        """Address and password, or the provider's button; somebody signed in already goes on."""
        visit, back = await office.visit(request), next_page(request.query_params.get("next", ""))
        if visit.staff:
            return office.go(back or CABINET, *visit.cookies)
        return await _doors(request, office, Form({"next": back}))

    @post("/sign-in", guards=[by_password])
    async def begin(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str] | Redirect:
        """Signed in with the right password."""
        form = await sent(request)
        form.values["next"] = next_page(form.of("next"))
        try:
            who = await sign_in(
                office.pool, office.passwords, office.secrets, attempt_of(request, form), real_now()
            )
        except Exception as error:
            status = office.refuse(form, error)
            form.values.pop("password", None)
            return await _doors(request, office, form, status)
        return _in(office, who, form.of("next"))

    @get("/renewal")
    async def renew(self, request: AnyRequest, office: NamedDependency[Office]) -> Redirect:
        """From a page of another service whose token has run out, and back to it with a fresh one."""
        visit, back = await office.visit(request), next_page(request.query_params.get("next", ""))
        if visit.staff is None:
            # A cookie that did not come along is kept: none does in a chain that began on another site.
            return office.go(f"/staff/sign-in?next={quote(back, safe='')}")
        if not visit.cookies:
            # It is fresh already, and the service has not heard of our key yet: not round and round.
            raise Unavailable("temporarily-unavailable")
        return office.go(back or CABINET, *visit.cookies)

    @post("/sign-out")
    async def leave(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str] | Redirect:
        """The session ends in every service, the cookie goes; and on to the provider that let them in."""
        cleared, farewell = office.cookie(office.desk.cookie, "", 0), None
        if staff := (await office.visit(request)).staff:
            await end_session(office.pool, staff.account, staff.session, real_now())
            farewell = await _farewell(office, staff.session)
        if farewell:
            # Not by a redirect: `form-action` forbids one to another site after a form.
            return office.go_on(request, farewell, cleared)
        return office.go("/staff/sign-in", cleared)

    @get("/forgotten", guards=[by_password])
    async def forgotten(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """Where to send a link."""
        return await office.page(request, await office.visit(request), "accounts/forgotten.html")

    @post("/forgotten", guards=[by_password])
    async def ask_again(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """The same answer for every address."""
        visit, form = await office.visit(request), await sent(request)
        try:
            await ask_for_link(office.pool, office.entrance, form.of("email"), real_now())
        except Exception as error:
            status = office.refuse(form, error)
            return await office.page(request, visit, "accounts/forgotten.html", form, status)
        return await office.page(request, visit, "accounts/forgotten.html", form, written=form.of("email"))

    @get("/links/{word:str}", guards=[by_password])
    async def follow(
        self, request: AnyRequest, word: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """Where the password is chosen."""
        account = await follow_link(office.pool, word, real_now())
        return await _password(request, office, word, account.email, Form())

    @post("/links/{word:str}", guards=[by_password])
    async def choose(
        self, request: AnyRequest, word: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """Signed in with the password that was chosen."""
        form, now = await sent(request), real_now()
        account = await follow_link(office.pool, word, now)
        password = form.of("password")
        try:
            if password != form.of("again"):
                raise Invalid("passwords-differ", field="again")
            device = device_of(request)
            who = await choose_password(office.pool, office.passwords, word, password, device, now)
        except Exception as error:
            status = office.refuse(form, error)
            return await _password(request, office, word, account.email, form, status)
        return _in(office, who, "")

    @get("/sessions")
    async def list_sessions(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """Where somebody is signed in."""
        visit = await office.visit(request)
        async with office.pool.acquire() as db:
            found = await sessions.of_account(db, visit.who.account, real_now())
        devices = {str(session.id): device_name(session.device) for session in found}
        here = visit.who.session
        return await office.page(
            request,
            visit,
            "accounts/sessions.html",
            sessions=found,
            here=here,
            devices=devices,
            entrance=office.entrance,
        )

    @post("/sessions/{session:uuid}/end")
    async def end(
        self, request: AnyRequest, session: FromPath[UUID], office: NamedDependency[Office]
    ) -> Redirect:
        """Sign out somewhere else."""
        visit = await office.visit(request)
        await end_session(office.pool, visit.who.account, session, real_now())
        return office.go("/staff/sessions", *visit.cookies)


def attempt_of(request: AnyRequest, form: Form) -> Attempt:
    """What somebody gives who signs in by the page."""
    browser = request.cookies.get(BROWSER, "")
    return Attempt(form.of("email"), form.of("password"), client_of(request), browser, device_of(request))


def _in(office: Office, who: SignedIn, back: str) -> Redirect:
    return office.go(back or CABINET, office.signed_in(who), office.known_browser(who.account))


async def _doors(request: AnyRequest, office: Office, form: Form, status: int = 200) -> Response[str]:
    return await office.page(
        request, Visit(), "accounts/sign_in.html", form, status, entrance=office.entrance
    )


async def _farewell(office: Office, session: UUID) -> str | None:
    if office.provider is None:
        return None
    async with office.pool.acquire() as db:
        by_provider = await sessions.by_provider(db, session)
    return await office.provider.farewell() if by_provider else None


async def _password(
    request: AnyRequest, office: Office, word: str, email: str, form: Form, status: int = 200
) -> Response[str]:
    form.values.pop("password", None)
    form.values.pop("again", None)
    values = {"word": word, "email": email, "least": SHORTEST_PASSWORD}
    return await office.page(request, Visit(), "accounts/choose_password.html", form, status, **values)
