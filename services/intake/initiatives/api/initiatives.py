"""HTTP: submitting initiatives, following one's own, withdrawing them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel

from contracts.initiatives import InitiativeStatus
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.requests import AnyRequest
from services.directory.region import Picture
from services.intake.core import calls
from services.intake.core.domain import Author, local
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
from services.intake.initiatives.domain import HIGHEST, Draft
from services.intake.initiatives.store import authorship, initiatives
from services.intake.initiatives.store.authorship import Own, Role

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


class OwnStep(BaseModel):
    """A step in an initiative's history."""

    status: InitiativeStatus
    at: datetime
    reason: str | None
    note: str | None


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


class OwnInitiativeWithHistory(OwnInitiative):
    """The same, with what happened to it."""

    history: list[OwnStep]


class OwnInitiatives(BaseModel):
    """A page of the author's initiatives, the newest first."""

    items: list[OwnInitiative]
    next: str | None


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
        before: Annotated[int | None, QueryParameter(ge=1, le=HIGHEST)] = None,
    ) -> OwnInitiatives:
        """The newest first; `next` is a path or null."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            found = await authorship.page_of(db, who, before, PAGE + 1)
        items = [_own(own, picture) for own in found[:PAGE]]
        next_ = f"{self.path}?before={found[PAGE - 1].initiative.number}" if len(found) > PAGE else None
        return OwnInitiatives(items=items, next=next_)

    @get("/{initiative_id:uuid}", summary="One of the author's initiatives, with its history")
    async def one(
        self,
        initiative_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
    ) -> OwnInitiativeWithHistory:
        """404 for a foreign one."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            own = await authorship.one_of(db, who, initiative_id)
            steps = own.history(await initiatives.history(db, own.initiative))
        campaign = picture.campaign(own.initiative.campaign)
        history = [
            OwnStep(status=s.status, at=local(s.happened_at, campaign), reason=s.reason, note=s.note)
            for s in steps
        ]
        return OwnInitiativeWithHistory(**dict(_own(own, picture)), history=history)

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


def _own(own: Own, picture: Picture) -> OwnInitiative:
    initiative = own.initiative
    campaign = picture.campaign(initiative.campaign)
    return OwnInitiative(
        id=initiative.id,
        number=initiative.number,
        role=own.role,
        status=initiative.status,
        municipality=initiative.municipality,
        direction=initiative.direction,
        organization=initiative.organization,
        form=initiative.classifiers.get("form"),
        title=initiative.title,
        text=initiative.text,
        submitted_at=local(initiative.submitted_at, campaign),
    )
