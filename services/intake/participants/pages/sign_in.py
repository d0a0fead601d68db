"""Pages: signing in again by a code, and signing out."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.networks import network_of
from services.chassis.web.visits import Answer, Recognised, Visit
from services.directory.region import Picture
from services.intake.core.commands.end_session import end_session
from services.intake.core.domain import Author
from services.intake.core.kit import PortalKit
from services.intake.participants.commands.request_code import request_code
from services.intake.participants.digests import Pepper
from services.intake.participants.pages.steps import FIRST_STEP, next_of, pass_of, pass_on, to_code, waiting


class SignInPages(Controller):
    """Signing in and out."""

    path = "/"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get("/sign-in")
    async def ask(self, visit: NamedDependency[Visit[Author]]) -> Answer:
        """Where to send a new code; a participant signed in already goes on."""
        visit.form.values["next"] = next_of(visit.query)
        if visit.signed_in:
            return visit.go(visit.form.of("next") or FIRST_STEP)
        return await visit.page("participants/sign_in.html", flood=pass_of(visit))

    @post("/sign-in")
    async def begin(
        self,
        visit: NamedDependency[Visit[Author]],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
    ) -> Answer:
        """On to the page of the code, also for an unknown address."""
        form = await visit.sent()
        form.values["next"] = next_of(form.values)
        async with visit.refusing():
            at = await visit.moment(by_address=True)
            await pass_on(visit, at)
            network = network_of(visit.request)
            return to_code(
                visit, await request_code(visit.pool, picture, pepper, form.of("email"), at, network)
            )
        return await waiting(visit) or await visit.page("participants/sign_in.html", flood=pass_of(visit))

    @post("/sign-out")
    async def leave(self, visit: NamedDependency[Visit[Author]], kit: NamedDependency[PortalKit]) -> Redirect:
        """The session ends, the cookie goes."""
        if visit.signed_in:
            await end_session(visit.pool, visit.who)
        visit.recognised = Recognised()
        return visit.go("/", kit.signed_out())
