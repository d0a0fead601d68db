"""Pages: a question, and all that its holder and its asker do with it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import Forbidden
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import QUESTIONS
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.questions.commands.answer_question import NewAnswer, answer_question
from services.hierarchy.questions.commands.publish_answer import Publication, publish_answer
from services.hierarchy.questions.commands.transfer_question import Transfer, transfer_question
from services.hierarchy.questions.commands.withdraw_question import withdraw_question
from services.hierarchy.questions.domain.questions import STATES, STEPS, check_open, publish
from services.hierarchy.questions.showing import Shown, show


class QuestionPages(Controller):
    """A question, as its asker, its holder and those above see it."""

    path = QUESTIONS + "/{id_:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def one(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The question with its history."""
        return await _page(visit, id_, "question")

    @get("/answer")
    async def answering(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The answer, to be written."""
        return await _page(visit, id_, "answer", _check_answers)

    @post("/answer")
    async def answer(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID], entrance: NamedDependency[Entrance]
    ) -> Answer:
        """Who has asked has a letter."""
        form = await visit.sent()
        async with visit.refusing():
            given = NewAnswer(id_, form.of("text"))
            await answer_question(visit.pool, entrance, visit.who, given, await visit.moment())
            return visit.go(_address(id_), done="answered")
        return await _page(visit, id_, "answer", _check_answers)

    @get("/transfer")
    async def transferring(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """To which group, to be chosen."""
        return await _page(visit, id_, "transfer", _check_answers)

    @post("/transfer")
    async def transfer(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID], entrance: NamedDependency[Entrance]
    ) -> Answer:
        """Another group has it."""
        form = await visit.sent()
        async with visit.refusing():
            given = Transfer(id_, uuid_of(form.of("group")), form.of("reason"))
            await transfer_question(visit.pool, entrance, visit.who, given, await visit.moment())
            return visit.go(_address(id_), done="transferred")
        return await _page(visit, id_, "transfer", _check_answers)

    @get("/publication")
    async def publishing(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """In which words the question is read, to be checked."""
        return await _page(visit, id_, "publication", _check_answers)

    @post("/publication")
    async def publish(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """All coordinators of the direction read it."""
        form = await visit.sent()
        async with visit.refusing():
            given = Publication(id_, form.of("text"))
            await publish_answer(visit.pool, visit.who, given, await visit.moment())
            return visit.go(_address(id_), done="published")
        return await _page(visit, id_, "publication", _check_answers)

    @post("/withdrawal")
    async def withdraw(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """Nobody has to answer any more."""
        await visit.sent()
        async with visit.refusing():
            await withdraw_question(visit.pool, visit.who, id_, await visit.moment())
            return visit.go(_address(id_), done="withdrawn")
        return await _page(visit, id_, "question")


def _address(id_: UUID) -> str:
    return f"{QUESTIONS}/{id_}"


def _check_answers(shown: Shown) -> None:
    """Raises Forbidden for who does not answer it."""
    if not shown.view.answers:
        raise Forbidden("question-own" if shown.view.own else "not-yours-to-answer-question")


def _check_in_time(shown: Shown, template: str, now: datetime) -> None:
    """Raises Conflict for what was done before."""
    if template == "publication":
        publish(shown.question, shown.question.body, now)
    else:
        check_open(shown.question, shown.answered_by)


async def _page(
    visit: Visit[Staff], id_: UUID, template: str, check: Callable[[Shown], None] | None = None
) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        shown = await show(db, visit.who, id_)
    question = shown.question
    if check:
        check(shown)
        if visit.request.method == "GET":
            # A page says at once what its form could not do any more.
            _check_in_time(shown, template, visit.now)
            visit.form.values["text"] = question.body if template == "publication" else ""
    return await visit.page(
        f"questions/{template}.html",
        shown=shown,
        question=question,
        address=_address(id_),
        late=question.is_overdue(visit.now),
        done=visit.query.get("done", ""),
        groups=[Option(str(group.id), group.name) for group in shown.others],
        states=STATES,
        steps=STEPS,
        titles=TITLES,
    )
