"""HTTP: submitting initiatives and following one's own."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from asyncpg import Pool
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel

from contracts.initiatives import InitiativeStatus
from services.chassis.db import tenancy
from services.chassis.db.idempotency import answered, repeat_of
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.intake.core.domain import Initiative, local
from services.intake.core.identity import AnyRequest
from services.intake.initiatives.commands.submit_initiative import Submissions, Wish, check_submission
from services.intake.initiatives.commands.withdraw_initiative import withdraw_initiative
from services.intake.initiatives.store import initiatives
from services.intake.participants.api import Desk

PAGE = 50

HIGHEST = 2**63 - 1
"""No initiative has a higher number."""


class NewInitiative(BaseModel):
    """An initiative to submit."""

    direction: str
    organization: UUID | None = None
    form: str
    title: str
    text: str


class Reason(BaseModel):
    """Why an initiative is taken back; may be left out."""

    reason: str | None = None


class OwnStep(BaseModel):
    """A step in an initiative's history."""

    status: InitiativeStatus
    at: datetime
    reason: str | None


class OwnInitiative(BaseModel):
    """An initiative as its author sees it."""

    id: UUID
    number: int
    status: InitiativeStatus
    direction: str
    organization: UUID | None
    form: str | None
    title: str
    text: str
    submitted_at: datetime


class OwnInitiativeWithHistory(OwnInitiative):
    """The same, with what happened to it."""

    history: list[OwnStep]


class OwnInitiatives(BaseModel):
    """A page of the author's initiatives, the newest first."""

    items: list[OwnInitiative]
    next: str | None


class Submitted(BaseModel):
    """An initiative that is stored."""

    id: UUID
    number: int
    status: InitiativeStatus
    submitted_at: datetime


class Withdrawn(BaseModel):
    """An initiative that was taken back."""

    id: UUID
    number: int
    status: InitiativeStatus


class Initiatives(Controller):
    """The author's initiatives."""

    path = "/api/v1/initiatives"
    tags = ["initiatives"]
    security = SIGNED_IN

    @post(summary="Submit an initiative", operation_class=Repeatable)
    async def submit(
        self,
        request: AnyRequest,
        data: JSONBody[NewInitiative],
        desk: NamedDependency[Desk],
        submissions: NamedDependency[Submissions],
    ) -> Response[Submitted]:
        """201 once it is stored durably."""
        who = await desk.identity.author(request)
        now = desk.time.of(request, str(who.participant_id))
        repeat = await repeat_of(request, scope=str(who.participant_id))
        wish = Wish(**dict(data))
        submission = check_submission(desk.directory.picture, who, wish, now, repeat)
        return answered(await submissions.submit(submission))

    @get(summary="Own initiatives")
    async def own(
        self,
        request: AnyRequest,
        pool: NamedDependency[Pool],
        desk: NamedDependency[Desk],
        before: Annotated[int | None, QueryParameter(ge=1, le=HIGHEST)] = None,
    ) -> OwnInitiatives:
        """The newest first; `next` is a path or null."""
        who = await desk.identity.author(request)
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            found = await initiatives.page_of(db, who, before, PAGE + 1)
        items = [_own(initiative, desk) for initiative in found[:PAGE]]
        next_ = f"{self.path}?before={found[PAGE - 1].number}" if len(found) > PAGE else None
        return OwnInitiatives(items=items, next=next_)

    @get("/{initiative_id:uuid}", summary="One of the author's initiatives, with its history")
    async def one(
        self,
        request: AnyRequest,
        initiative_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        desk: NamedDependency[Desk],
    ) -> OwnInitiativeWithHistory:
        """404 for a foreign one."""
        who = await desk.identity.author(request)
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            initiative = await initiatives.one_of(db, who, initiative_id)
            steps = await initiatives.history(db, initiative)
        campaign = desk.directory.picture.campaign(initiative.campaign)
        history = [
            OwnStep(status=s.status, at=local(s.happened_at, campaign), reason=s.reason) for s in steps
        ]
        return OwnInitiativeWithHistory(**dict(_own(initiative, desk)), history=history)

    @post(
        "/{initiative_id:uuid}/withdrawal",
        summary="Take an initiative back",
        status_code=200,
        operation_class=Repeatable,
    )
    async def withdraw(
        self,
        request: AnyRequest,
        initiative_id: FromPath[UUID],
        data: JSONBody[Reason],
        pool: NamedDependency[Pool],
        desk: NamedDependency[Desk],
    ) -> Response[Withdrawn]:
        """200 with the new status; it stays counted as submitted."""
        who = await desk.identity.author(request)
        now = desk.time.of(request, str(who.participant_id))
        repeat = await repeat_of(request, scope=str(who.participant_id))
        picture = desk.directory.picture
        return answered(
            await withdraw_initiative(pool, picture, who, initiative_id, now, data.reason, repeat)
        )


def _own(initiative: Initiative, desk: Desk) -> OwnInitiative:
    campaign = desk.directory.picture.campaign(initiative.campaign)
    return OwnInitiative(
        id=initiative.id,
        number=initiative.number,
        status=initiative.status,
        direction=initiative.direction,
        organization=initiative.organization,
        form=initiative.classifiers.get("form"),
        title=initiative.title,
        text=initiative.text,
        submitted_at=local(initiative.submitted_at, campaign),
    )
