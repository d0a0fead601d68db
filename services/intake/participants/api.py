"""HTTP: registering, confirming, coming back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Pool
from litestar import Controller, Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from services.chassis.db.idempotency import answered, repeat_of
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.intake.core.identity import AnyRequest, Identity, Time
from services.intake.core.region import Directory
from services.intake.participants.commands.begin_session import end_session
from services.intake.participants.commands.come_back import come_back
from services.intake.participants.commands.confirm_participant import confirm_participant
from services.intake.participants.commands.register_participant import Registration, register_participant
from services.intake.participants.digests import Pepper


@dataclass(frozen=True, slots=True)
class Desk:
    """What the participant's handlers work with."""

    directory: Directory
    pepper: Pepper
    identity: Identity
    time: Time


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


class Token(BaseModel):
    """A token and when it expires."""

    token: str
    expires_at: datetime


class Accepted(BaseModel):
    """What was begun."""

    id: UUID


class Participants(Controller):
    """Registration and its confirmation."""

    path = "/api/v1/participants"
    tags = ["participants"]

    @post(summary="Register; the letter holds six digits", status_code=202, operation_class=Repeatable)
    async def register(
        self,
        request: AnyRequest,
        data: JSONBody[NewParticipant],
        pool: NamedDependency[Pool],
        desk: NamedDependency[Desk],
    ) -> Response[Accepted]:
        """202 with the id to confirm."""
        form, now = Registration(**dict(data)), desk.time.of(request)
        repeat = await repeat_of(request)
        return answered(
            await register_participant(pool, desk.directory.picture, desk.pepper, form, now, repeat)
        )

    @post(
        "/{participant_id:uuid}/confirmation",
        summary="Confirm by the six digits",
        status_code=200,
        operation_class=Repeatable,
    )
    async def confirm(
        self,
        request: AnyRequest,
        participant_id: FromPath[UUID],
        data: JSONBody[Code],
        pool: NamedDependency[Pool],
        desk: NamedDependency[Desk],
    ) -> Token:
        """A token; the first confirmation counts as registered."""
        now, repeat = desk.time.of(request, str(participant_id)), await repeat_of(request)
        picture = desk.directory.picture
        who = await confirm_participant(pool, picture, desk.pepper, participant_id, data.code, now, repeat)
        token, expires_at = desk.identity.token(who)
        return Token(token=token, expires_at=expires_at)


class Sessions(Controller):
    """Coming back, staying, leaving."""

    path = "/api/v1/sessions"
    tags = ["sessions"]

    @post(summary="Ask for a new code", status_code=202, operation_class=Repeatable)
    async def begin(
        self,
        request: AnyRequest,
        data: JSONBody[Address],
        pool: NamedDependency[Pool],
        desk: NamedDependency[Desk],
    ) -> Response[Accepted]:
        """202 with the id to confirm, also for an unknown address."""
        now, repeat = desk.time.of(request), await repeat_of(request)
        picture = desk.directory.picture
        return answered(await come_back(pool, picture, desk.pepper, data.email, now, repeat))

    @post("/renewal", summary="Renew a token while the session lives", status_code=200, security=SIGNED_IN)
    async def renew(self, request: AnyRequest, desk: NamedDependency[Desk]) -> Token:
        """A fresh token for the presented one, which may have expired."""
        token, expires_at = desk.identity.token(await desk.identity.renew(request))
        return Token(token=token, expires_at=expires_at)

    @delete("/current", summary="Sign out", security=SIGNED_IN)
    async def end(
        self, request: AnyRequest, pool: NamedDependency[Pool], desk: NamedDependency[Desk]
    ) -> None:
        """The session ends."""
        await end_session(pool, await desk.identity.author(request))
