"""HTTP: registering, confirming, requesting a code; renewing and ending a sign-in."""

from datetime import UTC, datetime
from uuid import UUID

from litestar import Controller, delete, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.networks import network_of
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.requests import AnyRequest
from services.directory.region import Picture
from services.intake.core.calls import at_route
from services.intake.core.commands.end_session import end_session
from services.intake.core.domain import Author
from services.intake.core.identity import Identity, Token
from services.intake.participants.commands.confirm_participant import Confirmation, confirm_participant
from services.intake.participants.commands.register_participant import Registration, register_participant
from services.intake.participants.commands.request_code import request_code
from services.intake.participants.commands.use_pass import use_pass
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import Accepted
from services.intake.participants.passes import FloodGuard, Given, Pass


class NewParticipant(BaseModel):
    """A registration."""

    municipality: str
    organization: UUID | None = None
    position: str
    email: str
    consent_version: str


class Code(BaseModel):
    """The six digits of the letter."""

    code: str


class Address(BaseModel):
    """Whom to write to."""

    email: str


class Participants(Controller):
    """Registration and its confirmation."""

    path = "/api/v1/participants"
    tags = ["participants"]
    dependencies = {"at": Provide(at_route)}

    @post(summary="Register; the letter holds six digits", status_code=202, operation_class=Repeatable)
    async def register(
        self,
        data: JSONBody[NewParticipant],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
        at: NamedDependency[Moment],
        flood_guard: NamedDependency[FloodGuard],
        request: AnyRequest,
    ) -> Accepted:
        """202 with the handle to confirm by; `letter_at`: when the letter leaves, if many were asked for from
        one network."""
        await use_pass(pool, flood_guard, _given(request), at)
        given = Registration(**dict(data))
        return await register_participant(pool, picture, pepper, given, at, network_of(request))

    @post(
        "/{handle:uuid}/confirmation",
        summary="Confirm by the six digits",
        status_code=200,
        operation_class=Repeatable,
    )
    async def confirm(
        self,
        handle: FromPath[UUID],
        data: JSONBody[Code],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
        identity: NamedDependency[Identity],
        at: NamedDependency[Moment],
    ) -> Token:
        """A token; the first confirmation counts as registered."""
        given = Confirmation(handle, data.code)
        return identity.token(await confirm_participant(pool, picture, pepper, given, at))


class Sessions(Controller):
    """Signing in again, staying signed in, signing out."""

    path = "/api/v1/sessions"
    tags = ["sessions"]
    dependencies = {"at": Provide(at_route)}

    @post(summary="Ask for a new code", status_code=202, operation_class=Repeatable)
    async def begin(
        self,
        data: JSONBody[Address],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        pepper: NamedDependency[Pepper],
        at: NamedDependency[Moment],
        flood_guard: NamedDependency[FloodGuard],
        request: AnyRequest,
    ) -> Accepted:
        """202 with the handle to confirm by, also for an unknown address."""
        await use_pass(pool, flood_guard, _given(request), at)
        return await request_code(pool, picture, pepper, data.email, at, network_of(request))

    @post("/renewal", summary="Renew a token while the session lives", status_code=200, security=SIGNED_IN)
    async def renew(self, request: AnyRequest, identity: NamedDependency[Identity]) -> Token:
        """A fresh token for the presented one, which may have expired."""
        return identity.token(await identity.renew(request))

    @delete("/current", summary="Sign out", security=SIGNED_IN)
    async def end(self, pool: NamedDependency[Pool], who: NamedDependency[Author]) -> None:
        """The session ends."""
        await end_session(pool, who)


class FloodPasses(Controller):
    """What registering and asking for a code need while the flood guard is on."""

    path = "/api/v1/flood-passes"
    tags = ["participants"]

    @post(summary="A pass of the flood guard", status_code=201)
    async def issue(self, flood_guard: NamedDependency[FloodGuard]) -> Pass:
        """201 with a pass for one request, in its header `Flood-Pass`: from `ready_at` on, or at once with
        `Flood-Proof`, a word for which the SHA-256 of `pass:word` begins with `bits` zero bits."""
        return flood_guard.issue(datetime.now(UTC))


def _given(request: AnyRequest) -> Given:
    return Given(request.headers.get("flood-pass", ""), request.headers.get("flood-proof", ""))
