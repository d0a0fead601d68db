"""HTTP: questions up the line of subordination, and the answers that are published."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.paging import DEFAULT_LIMIT, LONGEST, cut
from services.directory.grants import Staff
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.tenants import around
from services.hierarchy.questions.api.answered import (
    PublishedAnswerPage,
    QuestionAnswer,
    QuestionPage,
    answer_of,
    item_of,
    published_of,
)
from services.hierarchy.questions.api.asked import (
    QuestionAnswerGiven,
    QuestionGiven,
    QuestionPublication,
    QuestionTransfer,
)
from services.hierarchy.questions.commands.answer_question import Answered, NewAnswer, answer_question
from services.hierarchy.questions.commands.ask_question import Asked, ask_question
from services.hierarchy.questions.commands.publish_answer import (
    Publication,
    PublishedAnswer,
    publish_answer,
)
from services.hierarchy.questions.commands.transfer_question import (
    Transfer,
    Transferred,
    transfer_question,
)
from services.hierarchy.questions.commands.withdraw_question import Withdrawn, withdraw_question
from services.hierarchy.questions.domain.typed import MOST_TYPED, words_of
from services.hierarchy.questions.reading import held_by, readership, scopes
from services.hierarchy.questions.showing import show
from services.hierarchy.questions.store import questions


class Questions(Controller):
    """Questions."""

    path = "/api/v1/questions"
    tags = ("questions",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="Questions that one has asked")
    async def own(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        which: Annotated[str, QueryParameter(max_length=20)] = "",
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> QuestionPage:
        """The newest first, of one's organizations and groups: all, `open` or `answered`."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, *around(by))
            found = await questions.mine(db, scopes(by), which, after, limit + 1)
        items, next_ = cut(self.path, {"which": which, "limit": limit}, found, "id")
        return QuestionPage(items=[item_of(each) for each in items], next=next_)

    @get("/held", summary="Questions that one is to answer, or that are asked below")
    async def held(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        which: Annotated[str, QueryParameter(max_length=20)] = "",
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> QuestionPage:
        """The newest first: what waits for an answer of theirs, or `overdue`, `below`, `over`, `all`."""
        async with pool.acquire() as db, db.transaction():
            held = await held_by(db, by)
            found = await questions.held(db, held, by.account, which, at.now, after, limit + 1)
        items, next_ = cut(f"{self.path}/held", {"which": which, "limit": limit}, found, "id")
        return QuestionPage(items=[item_of(each) for each in items], next=next_)

    @get("/published", summary="Answers that are published to those who work in one's directions")
    async def published(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        q: Annotated[str, QueryParameter(max_length=MOST_TYPED)] = "",
        direction: Annotated[str, QueryParameter(max_length=100)] = "",
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> PublishedAnswerPage:
        """The newest first; with `q` those that are most alike, without going on."""
        words = words_of(q)
        async with pool.acquire() as db, db.transaction():
            reads = await readership(db, by)
            if words:
                found = await questions.alike(db, reads, direction, words, limit)
            else:
                found = await questions.published(db, reads, direction, after, limit + 1)
        path = f"{self.path}/published"
        items, next_ = cut(path, {"direction": direction, "limit": limit}, found, "id")
        return PublishedAnswerPage(items=[published_of(each) for each in items], next=next_)

    @post(summary="Ask those above a question", operation_class=Repeatable)
    async def ask(
        self,
        data: JSONBody[QuestionGiven],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Asked:
        """201 with who has it, and by when they are to answer."""
        return await ask_question(pool, entrance, by, data.typed(), at)

    @get("/{id_:uuid}", summary="A question as far as one may see it")
    async def one(
        self, id_: FromPath[UUID], pool: NamedDependency[Pool], by: NamedDependency[Staff]
    ) -> QuestionAnswer:
        """404 for a question of another line, of a sibling group, and for an overseer."""
        async with pool.acquire() as db, db.transaction():
            return answer_of(await show(db, by, id_))

    @post("/{id_:uuid}/answer", summary="Answer a question", status_code=200, operation_class=Repeatable)
    async def answer(
        self,
        id_: FromPath[UUID],
        data: JSONBody[QuestionAnswerGiven],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Answered:
        """200; 409 with the name of who was first."""
        return await answer_question(pool, entrance, by, NewAnswer(id_, data.text), at)

    @post(
        "/{id_:uuid}/transfer",
        summary="Transfer a question to another working group",
        status_code=200,
        operation_class=Repeatable,
    )
    async def transfer(
        self,
        id_: FromPath[UUID],
        data: JSONBody[QuestionTransfer],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Transferred:
        """200; the group has its own time."""
        given = Transfer(id_, data.group, data.reason)
        return await transfer_question(pool, entrance, by, given, at)

    @post(
        "/{id_:uuid}/publication",
        summary="Publish an answer to all coordinators of the direction",
        status_code=200,
        operation_class=Repeatable,
    )
    async def publish(
        self,
        id_: FromPath[UUID],
        data: JSONBody[QuestionPublication],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> PublishedAnswer:
        """200; who has asked is not named."""
        return await publish_answer(pool, by, Publication(id_, data.text), at)

    @post(
        "/{id_:uuid}/withdrawal",
        summary="Withdraw a question",
        status_code=200,
        operation_class=Repeatable,
    )
    async def withdraw(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Withdrawn:
        """200; nobody has to answer any more."""
        return await withdraw_question(pool, by, id_, at)
