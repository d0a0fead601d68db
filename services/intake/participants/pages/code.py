"""Pages: the six digits of the letter, the last step of registering and of signing in."""

from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.networks import network_of
from services.chassis.web.visits import Answer, Recognised, Visit
from services.directory.region import Picture
from services.intake.core.domain import Author
from services.intake.core.kit import PortalKit
from services.intake.participants.commands.confirm_participant import Confirmation, confirm_participant
from services.intake.participants.commands.request_code import request_code
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import CODE_VALID
from services.intake.participants.pages.steps import (
    ADDRESS,
    FIRST_STEP,
    letter_of,
    next_of,
    pass_of,
    pass_on,
    remembered,
    to_code,
    waiting,
)


class CodePages(Controller):
    """Entering the code, and requesting another letter."""

    path = "/participants/{handle:uuid}"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get("/code")
    async def ask_code(self, visit: NamedDependency[Visit[Author]], handle: FromPath[UUID]) -> Response[str]:
        """Where the six digits are entered."""
        visit.form.values["next"] = next_of(visit.query)
        return await _code(visit, handle)

    @post("/code")
    async def confirm(
        self,
        visit: NamedDependency[Visit[Author]],
        handle: FromPath[UUID],
        kit: NamedDependency[PortalKit],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
    ) -> Answer:
        """Signed in with the right code."""
        form = await visit.sent()
        form.values["next"] = next_of(form.values)
        async with visit.refusing():
            given, at = Confirmation(handle, form.of("code")), await visit.moment(by_address=True)
            who = await confirm_participant(visit.pool, picture, pepper, given, at)
            # Ends a former sign-in of this browser, whose renewed cookie would follow.
            visit.recognised = Recognised()
            cookies = kit.signed_in(kit.identity.token(who)), visit.cookie(ADDRESS, "", 0)
            return visit.go(form.of("next") or FIRST_STEP, *cookies)
        return await _code(visit, handle)

    @post("/letter")
    async def send_again(
        self,
        visit: NamedDependency[Visit[Author]],
        handle: FromPath[UUID],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
    ) -> Answer:
        """Another letter to the same address; asks for the address if this browser has forgotten it."""
        form = await visit.sent()
        form.values |= {"next": next_of(form.values), "email": remembered(visit.request, handle)}
        if not form.of("email"):
            return visit.go(f"/sign-in?next={quote(form.of('next'))}")
        async with visit.refusing():
            at = await visit.moment(by_address=True)
            await pass_on(visit, at)
            email, network = form.of("email"), network_of(visit.request)
            accepted = await request_code(visit.pool, picture, pepper, email, at, network)
            return to_code(visit, accepted, again="1")
        return await waiting(visit) or await _code(visit, handle)


async def _code(visit: Visit[Author], handle: UUID) -> Response[str]:
    visit.form.values.pop("code", None)
    letter_at = letter_of(visit.request, handle)
    return await visit.page(
        "participants/code.html",
        handle=handle,
        address=remembered(visit.request, handle),
        flood=pass_of(visit),
        again=visit.query.get("again") == "1",
        letter_at=letter_at if letter_at and letter_at > datetime.now(UTC) else None,
        minutes=int(CODE_VALID.total_seconds() // 60),
    )
