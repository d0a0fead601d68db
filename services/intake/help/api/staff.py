"""HTTP: requests for help, as those who help see them."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, Field

from contracts.appointments import Level
from contracts.help import HelpStatus, HelpSubject
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.calls import STAFF
from services.intake.help.commands.ask_for_help import AskingFor, ask_for_author
from services.intake.help.commands.helping import Moved
from services.intake.help.commands.name_executor import Naming, name_executor, revoke_executor
from services.intake.help.commands.settle_request import finish_for_author
from services.intake.help.commands.suggest_wording import Suggesting, suggest_wording
from services.intake.help.commands.take_request import Taking, take_request
from services.intake.help.digests import Links
from services.intake.help.domain.suggestions import Suggested
from services.intake.help.reading import Counts, Helped, Listed, help_of_line, listing
from services.intake.initiatives.domain import HIGHEST
from services.intake.participants.digests import Stops


class HelpRequest(BaseModel):
    """A request in a list; `waits_for`: which level is to take it; `for_me`: it waits for who looks."""

    id: UUID
    municipality: str
    organization: UUID | None
    direction: str | None
    subject: HelpSubject
    status: HelpStatus
    waits_for: Level
    for_me: bool
    requested_at: datetime
    due_at: datetime | None


class HelpCounts(BaseModel):
    """How many there are in one's line; `done`, `thanked`: of all that ended."""

    requested: int
    taken: int
    suggested: int
    late: int
    done: int
    thanked: int


class HelpRequests(BaseModel):
    """What has not ended, the oldest first, and how many there are."""

    counts: HelpCounts
    items: list[HelpRequest]


class OneHelpRequest(BaseModel):
    """A request with its text as it is now; no text once that is gone. Nothing of its author."""

    id: UUID
    status: HelpStatus
    level: Level | None
    mine: bool
    hard: str
    title: str | None
    text: str | None
    version: int | None
    executor: bool


class NewHelpRequest(BaseModel):
    """With which initiative its author is to be helped: by its number, or its id."""

    number: int | None = Field(None, ge=1, le=HIGHEST)
    initiative: UUID | None = None
    text: str = ""
    inquiry: UUID | None = Field(None, description="Of the hotline, by which that was learnt.")


class NewSuggestion(BaseModel):
    """Another title and text, and a word to the author."""

    title: str
    text: str
    note: str = ""


class NewExecutor(BaseModel):
    """Who helps with this request alone."""

    name: str
    email: str


class Help(Controller):
    """Requests of one's line."""

    path = "/api/v1/help-requests"
    tags = ("help",)
    security = SIGNED_IN
    dependencies = STAFF

    @get(summary="Requests of one's line that have not ended")
    async def list_(
        self,
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> HelpRequests:
        """With counts; empty for who helps nowhere."""
        found = await listing(pool, known, by, at.now)
        return HelpRequests(counts=_counts(found.counts), items=[_listed(each) for each in found.open])

    @post(summary="Ask for help in an author's place", operation_class=Repeatable)
    async def ask(
        self,
        data: JSONBody[NewHelpRequest],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Moved:
        """201 with the request's id."""
        given = AskingFor(data.number, data.initiative, data.text, data.inquiry)
        return await ask_for_author(pool, known, by, given, at)

    @get("/{request_id:uuid}", summary="A request of one's line, with its text")
    async def one(
        self,
        request_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> OneHelpRequest:
        """404 for one of another line."""
        found = await help_of_line(pool, known, by, request_id, at.now)
        return _one(found.helped, mine=found.mine)

    @post("/{request_id:uuid}/taking", summary="Take a request", status_code=200, operation_class=Repeatable)
    async def take(
        self,
        request_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Moved:
        """200; 409 where a colleague helps already."""
        return await take_request(pool, known, by, Taking(request_id), at)

    @post(
        "/{request_id:uuid}/suggestions",
        summary="Suggest a wording to the author",
        operation_class=Repeatable,
    )
    async def suggest(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[NewSuggestion],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        stops: NamedDependency[Stops],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Moved:
        """201; nothing changes without the author."""
        given = Suggesting(request_id, Suggested(data.title, data.text, data.note))
        return await suggest_wording(pool, known, stops, by, given, at)

    @post(
        "/{request_id:uuid}/executor",
        summary="Name an executor for this request alone",
        status_code=200,
        operation_class=Repeatable,
    )
    async def name(
        self,
        request_id: FromPath[UUID],
        data: JSONBody[NewExecutor],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        links: NamedDependency[Links],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Moved:
        """200; the letter's link opens it until it ends, the one before opens nothing."""
        return await name_executor(pool, known, links, by, Naming(request_id, data.name, data.email), at)

    @delete(
        "/{request_id:uuid}/executor",
        summary="Revoke the executor's link",
        status_code=200,
        operation_class=Repeatable,
    )
    async def revoke(
        self,
        request_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Moved:
        """200, also when repeated."""
        return await revoke_executor(pool, known, by, request_id, at)

    @post(
        "/{request_id:uuid}/completion",
        summary="Say that the author was helped",
        status_code=200,
        operation_class=Repeatable,
    )
    async def finish(
        self,
        request_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        stops: NamedDependency[Stops],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Moved:
        """200; the author gets a letter."""
        return await finish_for_author(pool, known, stops, by, request_id, at)


def _counts(counts: Counts) -> HelpCounts:
    return HelpCounts(**asdict(counts))


def _listed(each: Listed) -> HelpRequest:
    request = each.request
    return HelpRequest(
        id=request.id,
        municipality=request.municipality,
        organization=request.organization,
        direction=request.direction,
        subject=request.subject_kind,
        status=request.status,
        waits_for=each.first,
        for_me=each.for_me,
        requested_at=request.requested_at,
        due_at=request.due_at,
    )


def _one(helped: Helped, *, mine: bool) -> OneHelpRequest:
    request, subject = helped.request, helped.subject
    return OneHelpRequest(
        id=request.id,
        status=request.status,
        level=request.holder.level if request.holder else None,
        mine=mine,
        hard=request.text or "",
        title=subject.wording.title if subject else None,
        text=subject.wording.text if subject else None,
        version=subject.wording.version if subject else None,
        executor=request.executor is not None,
    )
