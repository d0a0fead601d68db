"""Pages: an author asks for help, follows the request, and answers what is suggested."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.help import HelpSubject
from services.chassis.db import tenancy
from services.chassis.errors import Forbidden
from services.chassis.web.forms import LONGEST_FORM, from_here, number_of, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.intake.core.calls import KNOWN
from services.intake.core.choices import NONE_CHOSEN
from services.intake.core.domain import Author
from services.intake.core.kit import TO_SIGN_IN
from services.intake.help.commands.answer_suggestion import (
    Accepting,
    Declining,
    accept_suggestion,
    decline_suggestion,
)
from services.intake.help.commands.ask_for_help import Asking, ask_for_help
from services.intake.help.commands.settle_request import cancel_own, finish_own, thank
from services.intake.help.domain.requests import TEXT_LONGEST
from services.intake.help.reading import all_own, last_of, own_help
from services.intake.help.showing import LEVELS, STATUSES, SUBJECTS
from services.intake.initiatives.reading import one_of
from services.intake.initiatives.store import drafts
from services.intake.initiatives.store.authorship import Role

HERE = "/initiatives/help"


class InitiativeHelpPages(Controller):
    """Asking for help with an initiative, from its page."""

    path = "/initiatives/{initiative_id:uuid}/help"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM
    dependencies = KNOWN

    @get()
    async def ask(self, visit: NamedDependency[Visit[Author]], initiative_id: FromPath[UUID]) -> Answer:
        """The form; on to the request where one has not ended."""
        return await _ask(visit, Asking(HelpSubject.INITIATIVE, initiative_id))

    @post()
    async def asked(
        self,
        visit: NamedDependency[Visit[Author]],
        initiative_id: FromPath[UUID],
        known: NamedDependency[Subordination],
    ) -> Answer:
        """On to the request."""
        return await _asked(visit, known, Asking(HelpSubject.INITIATIVE, initiative_id))

    @get("/line")
    async def line(
        self, visit: NamedDependency[Visit[Author]], initiative_id: FromPath[UUID]
    ) -> Response[str]:
        """How far the last request is, as a part of the initiative's page."""
        last = await last_of(visit.pool, visit.who, initiative_id)
        values: dict[str, Any] = {"last": last, "subject_id": initiative_id}
        return visit.kit.pages.render(visit.request, "help/line.html", **values)


class DraftHelpPages(Controller):
    """The same for a draft."""

    path = "/initiatives/drafts/{draft_id:uuid}/help"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM
    dependencies = KNOWN

    @get()
    async def ask(self, visit: NamedDependency[Visit[Author]], draft_id: FromPath[UUID]) -> Answer:
        """The form; on to the request where one has not ended."""
        return await _ask(visit, Asking(HelpSubject.DRAFT, draft_id))

    @post()
    async def asked(
        self,
        visit: NamedDependency[Visit[Author]],
        draft_id: FromPath[UUID],
        known: NamedDependency[Subordination],
    ) -> Answer:
        """On to the request."""
        return await _asked(visit, known, Asking(HelpSubject.DRAFT, draft_id))


class OwnHelpPages(Controller):
    """The author's requests."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN
    request_max_body_size = LONGEST_FORM

    @get()
    async def list_(self, visit: NamedDependency[Visit[Author]]) -> Response[str]:
        """All of them, the latest first."""
        found = await all_own(visit.pool, visit.who)
        return await visit.page("help/mine.html", items=found, statuses=STATUSES, subjects=SUBJECTS)

    @get("/{request_id:uuid}")
    async def one(self, visit: NamedDependency[Visit[Author]], request_id: FromPath[UUID]) -> Response[str]:
        """How far it is, and what was suggested."""
        return await _one(visit, request_id)

    @post("/{request_id:uuid}")
    async def change(
        self,
        visit: NamedDependency[Visit[Author]],
        request_id: FromPath[UUID],
        picture: NamedDependency[Picture],
    ) -> Answer:
        """The same page, after the one button that was pressed."""
        form, path = await visit.sent(), f"{HERE}/{request_id}"
        pool, who = visit.pool, visit.who
        async with visit.refusing():
            at, pressed = await visit.moment(), form.of("press")
            suggestion = uuid_of(form.of("suggestion")) or NONE_CHOSEN
            if pressed == "accept":
                version = number_of(form.of("version"), 9) or 0
                await accept_suggestion(pool, picture, who, Accepting(request_id, suggestion, version), at)
            elif pressed == "decline":
                given = Declining(request_id, suggestion, form.of("word"))
                await decline_suggestion(pool, picture, who, given, at)
            elif pressed == "finish":
                await finish_own(pool, picture, who, request_id, at)
            elif pressed == "thank":
                await thank(pool, picture, who, request_id, at)
            elif pressed == "cancel":
                await cancel_own(pool, picture, who, request_id, at)
            return visit.go(path, done=pressed)
        return await _one(visit, request_id)


async def _ask(visit: Visit[Author], asking: Asking) -> Answer:
    request = await last_of(visit.pool, visit.who, asking.subject)
    if request is not None and request.is_open:
        return visit.go(f"{HERE}/{request.id}")
    return await _form(visit, asking)


async def _asked(visit: Visit[Author], known: Subordination, asking: Asking) -> Answer:
    form = await visit.sent()
    async with visit.refusing():
        given = Asking(asking.kind, asking.subject, form.of("text"))
        asked = await ask_for_help(visit.pool, known, visit.who, given, await visit.moment())
        return visit.go(f"{HERE}/{asked.id}", done="asked")
    return await _form(visit, asking)


async def _form(visit: Visit[Author], asking: Asking) -> Response[str]:
    of_draft, who = asking.kind is HelpSubject.DRAFT, visit.who
    if of_draft:
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, who.municipality)
            title = (await drafts.one_of(db, who, asking.subject)).draft.title
    else:
        own = await one_of(visit.pool, who, asking.subject, visit.now)
        if own.role is not Role.AUTHOR:
            raise Forbidden("author-alone")
        title = own.initiative.title
    values = {"of_draft": of_draft, "subject_id": asking.subject, "title": title, "longest": TEXT_LONGEST}
    return await visit.page("help/ask.html", **values)


async def _one(visit: Visit[Author], request_id: UUID) -> Response[str]:
    helped = await own_help(visit.pool, visit.who, request_id, visit.now)
    holder = helped.request.holder
    return await visit.page(
        "help/own.html",
        helped=helped,
        state=STATUSES[helped.request.status],
        level=LEVELS[holder.level] if holder else "",
        late=helped.request.is_late(visit.now),
        longest=TEXT_LONGEST,
        done=visit.query.get("done", ""),
    )
