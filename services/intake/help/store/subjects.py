"""What a request is about, as it is now: a draft or an open initiative of its author's."""

from dataclasses import dataclass
from datetime import datetime

from contracts.help import HelpSubject
from contracts.initiatives import InitiativeStatus
from services.chassis.db.pool import Db
from services.chassis.errors import Conflict, NotFound
from services.intake.core.domain import Author
from services.intake.help.domain.requests import Request
from services.intake.help.domain.suggestions import Wording
from services.intake.initiatives.course import as_told
from services.intake.initiatives.store import course, drafts, initiatives


@dataclass(frozen=True, slots=True)
class Subject:
    """Its wording; the number of an initiative; whether its author may put another wording there now."""

    wording: Wording
    number: int | None
    rewordable: bool


async def find(db: Db, request: Request, now: datetime) -> Subject | None:
    """Nothing once it was submitted, deleted or closed, or is counted elsewhere. The transaction sees the
    request's municipality."""
    if request.participant_id is None:
        return None
    author = Author(request.participant_id, request.municipality, request.campaign, "")
    if request.subject_kind is HelpSubject.INITIATIVE:
        initiative = await initiatives.find(db, author, request.subject_id)
        if initiative is None:
            return None
        decided = await course.decisions_of(db, [initiative])
        told = as_told(initiative, decided[initiative.id], now)
        if not told.is_open:
            return None
        returned = initiative.status is told.status is InitiativeStatus.RETURNED
        wording = Wording(initiative.title, initiative.text, initiative.version)
        return Subject(wording, initiative.number, returned)
    try:
        saved = await drafts.one_of(db, author, request.subject_id)
    except NotFound:
        return None
    return Subject(Wording(saved.draft.title, saved.draft.text, saved.version), None, rewordable=True)


async def present(db: Db, request: Request, now: datetime) -> Subject:
    """The same. Raises Conflict where there is nothing."""
    if found := await find(db, request, now):
        return found
    raise Conflict("help-text-gone")
