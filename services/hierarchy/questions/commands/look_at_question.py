"""Look at a question as whoever asks may see it, lock it for a deed, and store the deed; part of several
commands."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level, Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import Forbidden, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.accounts.store import accounts
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import audit, campaigns, places
from services.hierarchy.core.tenants import around
from services.hierarchy.questions.domain.questions import Keeper, Question, Step, check_open
from services.hierarchy.questions.domain.typed import check_answering
from services.hierarchy.questions.reading import readership, scopes
from services.hierarchy.questions.store import questions

ANSWERING = {
    Level.GROUP: Deed.ANSWER_IN_GROUP,
    Level.COORDINATION: Deed.ANSWER_IN_COORDINATION,
    Level.HEAD: Deed.ANSWER_AS_HEAD,
}


@dataclass(frozen=True, slots=True)
class View:
    """A question, its campaign, and where authority over answering it is asked. `own`: of the viewer's
    organization or group; `sees`: they see who asked and all that was done; `answers`: it is theirs to
    answer."""

    question: Question
    campaign: CampaignDefined
    place: Place
    own: bool
    sees: bool
    answers: bool


async def look_at_question(
    db: Db, by: Staff, id_: UUID, load: Callable[[Db, UUID], Awaitable[Question]] = questions.get
) -> View:
    """The transaction sees the viewer's rows and the region's from then on. Raises NotFound for a question
    that is neither theirs, nor held by them or below them, nor published to them."""
    await tenancy.see(db, *around(by), REGION)
    question = await load(db, id_)
    whole = await places.find_one(db, Scope.MUNICIPALITY, question.municipality)
    held = await places.find(db, [(Scope.GROUP, str(group)) for group in question.groups], None)
    groups = [place for (scope, _), place in held.items() if scope is Scope.GROUP]
    own = question.asker.scope_of in scopes(by)
    sees = own or any(may(by, Deed.SEE_QUESTIONS, place) for place in (whole, *groups))
    if not sees and not (question.published_at and await _reads(db, by, question)):
        raise NotFound("question-unknown")
    keeper = question.keeper
    place = next((each for each in groups if each.group == keeper.group), whole)
    asked = question.asker.account == by.account
    answers = may(by, ANSWERING[keeper.level], place) and not asked
    campaign = (await campaigns.all_by_id(db))[question.campaign]
    return View(question, campaign, place, own, sees, answers)


async def lock_held(db: Db, by: Staff, id_: UUID, now: datetime) -> tuple[View, Acting]:
    """A question that they answer, which nobody else answers or passes on meanwhile. Raises NotFound,
    Forbidden, Conflict behind the campaign."""
    view = await look_at_question(db, by, id_, questions.lock)
    who = authority(by, ANSWERING[view.question.keeper.level], view.place)
    if not view.answers:
        raise Forbidden("question-own")
    check_answering(view.campaign, now)
    return view, who


async def check_unanswered(db: Db, question: Question) -> None:
    """Raises Conflict if it is over; who has answered is told by name."""
    whose = question.on_behalf_of or question.answered_by
    check_open(question, (await accounts.get(db, whose)).name if whose else "")


@dataclass(frozen=True, slots=True)
class Deeds:
    """Who does something with a question when, as which step, by which word of the audit, with what words."""

    who: Acting | None
    at: datetime
    step: Step
    word: str
    words: str = ""


async def save_question(db: Db, question: Question, deeds: Deeds) -> None:
    """Store a question as it is now, announce it, and note who has done it."""
    await questions.save(db, question)
    await note_deed(db, question, deeds)


async def note_deed(db: Db, question: Question, deeds: Deeds) -> None:
    """Announce a question as it is now, and note who has done it."""
    await questions.note(db, question, deeds.who, deeds.at, deeds.step, deeds.words)
    await outbox.publish(db, question.defined())
    await audit.note(db, question.municipality, deeds.who, deeds.at, deeds.word, question.subject)


async def name_of(db: Db, keeper: Keeper) -> str:
    """What people call who holds a question."""
    if keeper.group is None:
        return {Level.COORDINATION: "координационная группа", Level.HEAD: "глава"}[keeper.level]
    return f"рабочая группа «{(await places.find_one(db, Scope.GROUP, str(keeper.group))).name}»"


async def _reads(db: Db, by: Staff, question: Question) -> bool:
    reads = await readership(db, by)
    # Whoever reads less is seen as before.
    await tenancy.see(db, *around(by), REGION)
    return reads.includes(question)
