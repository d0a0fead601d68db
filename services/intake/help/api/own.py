"""HTTP: help that an author asks for."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, Field

from contracts.appointments import Level
from contracts.help import HelpStatus, HelpSubject
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.differences import Change
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.intake.core.calls import KNOWN
from services.intake.core.domain import Author
from services.intake.help.commands.answer_suggestion import (
    Accepting,
    Declining,
    accept_suggestion,
    decline_suggestion,
)
from services.intake.help.commands.ask_for_help import Asking, ask_for_help
from services.intake.help.commands.helping import Moved
from services.intake.help.commands.settle_request import cancel_own, finish_own, thank
from services.intake.help.domain.requests import Request
from services.intake.help.domain.suggestions import State
from services.intake.help.reading import Helped, all_own, own_help


class WhatIsHard(BaseModel):
    """What is hard with a text, if its author says so."""

    text: str = ""


class Word(BaseModel):
    """Why a suggestion is not wanted, if its author says so."""

    word: str = ""


class Seen(BaseModel):
    """In which version its author has seen the text that a suggestion stands instead of."""

    version: int = Field(ge=1, le=2**31 - 1)


class OwnRequest(BaseModel):
    """A request as its author sees it."""

    id: UUID
    subject: HelpSubject
    subject_id: UUID
    status: HelpStatus
    level: Level | None
    text: str
    requested_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    thanked: bool


class Piece(BaseModel):
    """A part of a text, and what becomes of it."""

    change: Change
    text: str


class OneSuggestion(BaseModel):
    """What was suggested, and what its author has said of it."""

    id: UUID
    title: str
    text: str
    note: str
    state: State
    answer: str
    suggested_at: datetime


class WholeRequest(OwnRequest):
    """The same, with all that was suggested; `version`, `changes`: of the text as it is now."""

    version: int | None
    rewordable: bool
    suggestions: list[OneSuggestion]
    title_changes: list[Piece]
    text_changes: list[Piece]


class OwnRequests(BaseModel):
    """The author's requests, the latest first."""

    items: list[OwnRequest]


class InitiativeHelp(Controller):
    """Help with an open initiative."""

    path = "/api/v1/initiatives/{initiative_id:uuid}/help"
    tags = ("help",)
    security = SIGNED_IN
    dependencies = KNOWN

    @post(summary="Ask for help with an initiative", operation_class=Repeatable)
    async def ask(
        self,
        initiative_id: FromPath[UUID],
        data: JSONBody[WhatIsHard],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Moved:
        """201 with the request's id."""
        given = Asking(HelpSubject.INITIATIVE, initiative_id, data.text)
        return await ask_for_help(pool, known, who, given, at)


class DraftHelp(Controller):
    """Help with a draft."""

    path = "/api/v1/drafts/{draft_id:uuid}/help"
    tags = ("help",)
    security = SIGNED_IN
    dependencies = KNOWN

    @post(summary="Ask for help with a draft", operation_class=Repeatable)
    async def ask(
        self,
        draft_id: FromPath[UUID],
        data: JSONBody[WhatIsHard],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Moved:
        """201 with the request's id; whoever helps sees the draft."""
        return await ask_for_help(pool, known, who, Asking(HelpSubject.DRAFT, draft_id, data.text), at)


class OwnHelp(Controller):
    """The author's requests."""

    path = "/api/v1/me/help-requests"
    tags = ("help",)
    security = SIGNED_IN

    @get(summary="One's own requests for help")
    async def own(self, pool: NamedDependency[Pool], who: NamedDependency[Author]) -> OwnRequests:
        """All of them."""
        return OwnRequests(items=[OwnRequest(**_told(each)) for each in await all_own(pool, who)])

    @get("/{request_id:uuid}", summary="A request, with what was suggested and what that changes")
    async def one(
        self,
        request_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> WholeRequest:
        """404 for somebody else's."""
        return _whole(await own_help(pool, who, request_id, at.now))

    @post(
        "/{request_id:uuid}/suggestions/{suggestion_id:uuid}/acceptance",
        summary="Put a suggestion in place of the text",
        status_code=200,
        operation_class=Repeatable,
    )
    async def accept(
        self,
        request_id: FromPath[UUID],
        suggestion_id: FromPath[UUID],
        data: JSONBody[Seen],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Moved:
        """200; 409 where the text was changed meanwhile, or may not be changed now."""
        given = Accepting(request_id, suggestion_id, data.version)
        return await accept_suggestion(pool, picture, who, given, at)

    @post(
        "/{request_id:uuid}/suggestions/{suggestion_id:uuid}/refusal",
        summary="Decline a suggestion",
        status_code=200,
        operation_class=Repeatable,
    )
    async def decline(
        self,
        request_id: FromPath[UUID],
        suggestion_id: FromPath[UUID],
        data: JSONBody[Word],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Moved:
        """200; another one may follow."""
        given = Declining(request_id, suggestion_id, data.word)
        return await decline_suggestion(pool, picture, who, given, at)

    @post(
        "/{request_id:uuid}/completion",
        summary="Say that one was helped",
        status_code=200,
        operation_class=Repeatable,
    )
    async def finish(
        self,
        request_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Moved:
        """200; 409 where nobody has taken it."""
        return await finish_own(pool, picture, who, request_id, at)

    @post(
        "/{request_id:uuid}/cancellation",
        summary="Want no help any more",
        status_code=200,
        operation_class=Repeatable,
    )
    async def cancel(
        self,
        request_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Moved:
        """200; the executor's link opens nothing any more."""
        return await cancel_own(pool, picture, who, request_id, at)

    @post("/{request_id:uuid}/thanks", summary="Say thank you", status_code=200, operation_class=Repeatable)
    async def thank(
        self,
        request_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Moved:
        """200; counted once."""
        return await thank(pool, picture, who, request_id, at)


def _told(request: Request) -> dict[str, object]:
    return {
        "id": request.id,
        "subject": request.subject_kind,
        "subject_id": request.subject_id,
        "status": request.status,
        "level": request.holder.level if request.holder else None,
        "text": request.text or "",
        "requested_at": request.requested_at,
        "due_at": request.due_at,
        "ended_at": request.ended_at,
        "thanked": request.thanked_at is not None,
    }


def _whole(helped: Helped) -> WholeRequest:
    return WholeRequest.model_validate(
        {
            **_told(helped.request),
            "version": helped.subject.wording.version if helped.subject else None,
            "rewordable": bool(helped.subject and helped.subject.rewordable),
            "suggestions": [
                OneSuggestion.model_validate(each, from_attributes=True) for each in helped.suggestions
            ],
            "title_changes": [Piece(change=each.change, text=each.text) for each in helped.title],
            "text_changes": [Piece(change=each.change, text=each.text) for each in helped.text],
        }
    )
