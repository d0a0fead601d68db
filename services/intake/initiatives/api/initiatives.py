"""HTTP: submitting initiatives, following one's own, withdrawing them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from contracts.appointments import Level
from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.requests import AnyRequest
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.intake.core import calls
from services.intake.core.calls import KNOWN
from services.intake.core.domain import Author, local
from services.intake.initiatives import reading
from services.intake.initiatives.commands.reword_initiative import Reworded, Rewording, reword_initiative
from services.intake.initiatives.commands.submit_initiative import (
    Submissions,
    Submitted,
    check_submission,
)
from services.intake.initiatives.commands.withdraw_initiative import (
    Withdrawal,
    Withdrawn,
    withdraw_initiative,
)
from services.intake.initiatives.course import Course, Passed, reason_of
from services.intake.initiatives.domain import HIGHEST, Draft
from services.intake.initiatives.reading import Told
from services.intake.initiatives.store.authorship import Role

PAGE = 50


class NewInitiative(BaseModel):
    """An initiative to submit."""

    direction: str
    organization: UUID | None = None
    form: str
    title: str
    text: str


class Reason(BaseModel):
    """Why an initiative is withdrawn; may be left out."""

    reason: str | None = None


class NewWording(BaseModel):
    """What a returned initiative says now."""

    title: str
    text: str
    version: int | None = Field(
        None, ge=1, le=2**31 - 1, description="The one that was read: 409 if it is another by now."
    )


class OwnStep(BaseModel):
    """A step in an initiative's history."""

    status: InitiativeStatus
    at: datetime
    reason: str | None = Field(description="Why it was withdrawn, or for what it was declined, in words.")
    decision: str | None = Field(description="What a body decided, as in `POST /api/v1/decisions`.")
    level: Level | None = Field(description="Of the body that decided.")
    direction: str | None = Field(description="The direction that it was transferred to.")
    text: str | None = Field(description="What the body says of its decision.")
    note: str | None = Field(description="What the author has corrected.")
    reworded: bool = Field(description="Whether the author wrote it anew.")


class OwnHolder(BaseModel):
    """The body whose decision comes next: a direction's working group, or the coordination group."""

    level: Level
    group: UUID | None


class Earlier(BaseModel):
    """What an initiative said before its author wrote it anew."""

    title: str
    text: str
    replaced_at: datetime


class OwnInitiative(BaseModel):
    """An initiative as its author or a co-author sees it."""

    id: UUID
    number: int
    role: Role
    status: InitiativeStatus
    municipality: str
    direction: str
    organization: UUID | None
    form: str | None
    title: str
    text: str
    submitted_at: datetime
    decided_by: Level | None = Field(description="The level that decided last.")
    into: int | None = Field(description="The number of the initiative that it goes on in.")


class OwnInitiativeWithHistory(OwnInitiative):
    """The same, with who holds it and what happened to it. A decision is told once it can no longer be taken
    back."""

    version: int
    holder: OwnHolder | None
    promised_by: datetime | None = Field(description="By when it is decided on.")
    late: bool = Field(description="Whether that time is over.")
    suggestion: str | None = Field(description="What the body that returned it says.")
    history: list[OwnStep]
    earlier: list[Earlier] = Field(description="What it said before, from the beginning.")


class OwnInitiatives(BaseModel):
    """A page of the author's initiatives, the newest first."""

    items: list[OwnInitiative]
    next: str | None


class Initiatives(Controller):
    """The author's initiatives."""

    path = "/api/v1/initiatives"
    tags = ["initiatives"]
    security = SIGNED_IN
    dependencies = KNOWN

    @post(summary="Submit an initiative", operation_class=Repeatable)
    async def submit(
        self,
        request: AnyRequest,
        data: JSONBody[NewInitiative],
        submissions: NamedDependency[Submissions],
    ) -> Submitted:
        """201 once it is stored durably."""
        # The busiest operation: called directly, as every dependency after the first costs a task.
        who = await calls.who(request)
        at, picture = await calls.at(request, who), calls.picture(request.app.state)
        return await submissions.submit(check_submission(picture, who, Draft(**dict(data)), at))

    @get(summary="Own initiatives")
    async def own(
        self,
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
        before: Annotated[int | None, QueryParameter(ge=1, le=HIGHEST)] = None,
    ) -> OwnInitiatives:
        """The newest first; `next` is a path or null."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            found = await reading.page_of(db, who, at.now, before, PAGE + 1)
        items = [OwnInitiative(**_own(told, picture)) for told in found[:PAGE]]
        next_ = f"{self.path}?before={items[-1].number}" if len(found) > PAGE else None
        return OwnInitiatives(items=items, next=next_)

    @get("/{initiative_id:uuid}", summary="One of the author's initiatives, with its history")
    async def one(
        self,
        initiative_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> OwnInitiativeWithHistory:
        """404 for a foreign one."""
        course, role = await reading.course_of(pool, known, who, initiative_id, at.now)
        return _whole(course, role, known.picture, at.now)

    @post(
        "/{initiative_id:uuid}/withdrawal",
        summary="Take an initiative back",
        status_code=200,
        operation_class=Repeatable,
    )
    async def withdraw(
        self,
        initiative_id: FromPath[UUID],
        data: JSONBody[Reason],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Withdrawn:
        """200 with the new status; it stays counted as submitted."""
        return await withdraw_initiative(pool, picture, who, Withdrawal(initiative_id, data.reason), at)

    @post(
        "/{initiative_id:uuid}/rewording",
        summary="Write a returned initiative anew",
        status_code=200,
        operation_class=Repeatable,
    )
    async def reword(
        self,
        initiative_id: FromPath[UUID],
        data: JSONBody[NewWording],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Reworded:
        """200 with the new status; what it said before is kept."""
        given = Rewording(initiative_id, data.title, data.text, data.version)
        return await reword_initiative(pool, picture, who, given, at)


def _own(told: Told, picture: Picture) -> dict[str, Any]:
    initiative = told.initiative
    return {
        "id": initiative.id,
        "number": initiative.number,
        "role": told.role,
        "status": initiative.status,
        "municipality": initiative.municipality,
        "direction": initiative.direction,
        "organization": initiative.organization,
        "form": initiative.classifiers.get("form"),
        "title": initiative.title,
        "text": initiative.text,
        "submitted_at": local(initiative.submitted_at, picture.campaign(initiative.campaign)),
        "decided_by": initiative.decided_by,
        "into": told.into,
    }


def _whole(course: Course, role: Role, picture: Picture, now: datetime) -> OwnInitiativeWithHistory:
    campaign = picture.campaign(course.initiative.campaign)
    holder = course.holder
    return OwnInitiativeWithHistory(
        **_own(Told(course.initiative, role, course.into), picture),
        version=course.initiative.version,
        holder=OwnHolder(level=holder.level, group=holder.group) if holder else None,
        promised_by=course.promised,
        late=course.is_late(now),
        suggestion=course.suggestion or None,
        history=[_step(step, campaign) for step in course.steps],
        earlier=[
            Earlier(title=one.title, text=one.text, replaced_at=local(one.replaced_at, campaign))
            for one in course.wordings
        ],
    )


def _step(step: Passed, campaign: CampaignDefined) -> OwnStep:
    decided = step.decided
    return OwnStep(
        status=step.status,
        at=local(step.at, campaign),
        reason=reason_of(campaign, decided) if decided else step.reason,
        decision=decided.kind if decided else None,
        level=decided.level if decided else None,
        direction=step.into or None,
        text=(decided.text or None) if decided else None,
        note=step.note,
        reworded=step.reworded,
    )
