"""Pages: a case, and its steps."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.hotline import Level
from services.chassis.errors import Invalid
from services.chassis.web.forms import LONGEST_FORM, from_here, uuid_of
from services.chassis.web.visits import Answer as Page
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.core.region import Known
from services.hotline.desk import case, queue, reusing
from services.hotline.inquiries.commands.answer_inquiry import Answer, answer_inquiry
from services.hotline.inquiries.commands.close_inquiry import Closing, close_inquiry
from services.hotline.inquiries.commands.correct_inquiry import Correction, correct_inquiry
from services.hotline.inquiries.commands.mark_spam import Spam, mark_spam
from services.hotline.inquiries.commands.note_inquiry import Note, note_inquiry
from services.hotline.inquiries.commands.restore_inquiry import Restoring, restore_inquiry
from services.hotline.inquiries.commands.return_inquiry import Return, return_inquiry
from services.hotline.inquiries.commands.take_inquiry import TakeInquiry, take_inquiry
from services.hotline.inquiries.commands.transfer_inquiry import Transfer, transfer_inquiry


class CasePages(Controller):
    """A case beside the queue, and what is done with it."""

    path = "/hotline/cases/{id_:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def look(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Response[str]:
        """What was asked and said, the clocks, the next steps."""
        return await _case(visit, known, id_)

    @post("/taking")
    async def take(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """It is mine from now on."""
        form = await visit.sent()
        async with visit.refusing():
            given = TakeInquiry(id_, uuid_of(form.of("instead_of")))
            await take_inquiry(visit.pool, known, visit.who, given, await visit.moment())
            return _on(visit, id_, "taken")
        return await _case(visit, known, id_)

    @post("/answers")
    async def answer(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """An answer, or a question to the initiator."""
        form = await visit.sent()
        final = form.of("ask") != "1"
        async with visit.refusing():
            given = Answer(id_, form.of("text"), final, uuid_of(form.of("reused")))
            await answer_inquiry(visit.pool, known, visit.who, given, await visit.moment())
            return _on(visit, id_, "answered" if final else "asked")
        return await _case(visit, known, id_)

    @post("/notes")
    async def note(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """A word to colleagues."""
        form = await visit.sent()
        async with visit.refusing():
            given = Note(id_, form.of("note"))
            await note_inquiry(visit.pool, known, visit.who, given, await visit.moment())
            return _on(visit, id_, "noted")
        return await _case(visit, known, id_)

    @post("/transfers")
    async def transfer(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """It is offered to somebody else."""
        form = await visit.sent()
        async with visit.refusing():
            given = _transfer(id_, form.of("to"), form.of("why"))
            done = await transfer_inquiry(visit.pool, known, visit.who, given, await visit.moment())
            return _on(visit, id_, "transferred", done.instead)
        return await _case(visit, known, id_)

    @post("/returns")
    async def give_back(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """It is not ours."""
        form = await visit.sent()
        async with visit.refusing():
            given = Return(id_, form.of("reason"))
            await return_inquiry(visit.pool, known, visit.who, given, await visit.moment())
            return _on(visit, id_, "returned")
        return await _case(visit, known, id_)

    @post("/closing")
    async def close(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """Nothing more is asked."""
        await visit.sent()
        async with visit.refusing():
            await close_inquiry(visit.pool, known, visit.who, Closing(id_), await visit.moment())
            return _on(visit, id_, "closed")
        return await _case(visit, known, id_)

    @post("/spam")
    async def spam(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """Nobody asks anything here."""
        await visit.sent()
        async with visit.refusing():
            await mark_spam(visit.pool, known, visit.who, Spam(id_), await visit.moment())
            return _on(visit, id_, "spam")
        return await _case(visit, known, id_)

    @post("/restoring")
    async def restore(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """It was ended by mistake."""
        await visit.sent()
        async with visit.refusing():
            await restore_inquiry(visit.pool, known, visit.who, Restoring(id_), await visit.moment())
            return _on(visit, id_, "restored")
        return await _case(visit, known, id_)

    @post("/correction")
    async def correct(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """Another theme."""
        form = await visit.sent()
        async with visit.refusing():
            shown = await case.read(visit.pool, known, visit.who, id_, visit.now)
            given = Correction(id_, form.of("theme"), shown.inquiry.organization)
            await correct_inquiry(visit.pool, known, visit.who, given, await visit.moment())
            return _on(visit, id_, "corrected")
        return await _case(visit, known, id_)


def _transfer(id_: UUID, to: str, note: str) -> Transfer:
    """What a form says: the level and whose, with a colon between them. Raises Invalid."""
    level, _, of = to.partition(":")
    if level not in set(Level):
        raise Invalid("holder-unknown", field="to")
    whose = uuid_of(of)
    match Level(level):
        case Level.GROUP:
            return Transfer(id_, Level.GROUP, group=whose, note=note)
        case Level.COORDINATOR:
            return Transfer(id_, Level.COORDINATOR, organization=whose, note=note)
        case _:
            return Transfer(id_, Level(level), note=note)


def _on(visit: Visit[Staff], id_: UUID, done: str, instead: str = "") -> Page:
    """Back to the case, with the filters with which it was opened."""
    chosen = {name: visit.query[name] for name in queue.FILTERS if visit.query.get(name)}
    told = {**chosen, "done": done, **({"instead": instead} if instead else {})}
    return visit.go(f"/hotline/cases/{id_}", **told)


async def _case(visit: Visit[Staff], known: Known, id_: UUID) -> Response[str]:
    shown = await case.read(visit.pool, known, visit.who, id_, visit.now)
    beside = await queue.read(visit.pool, known, visit.who, visit.query, visit.now)
    visit.form.values.setdefault("theme", shown.inquiry.theme)
    if (reused := uuid_of(visit.query.get("reuse", ""))) and "text" not in visit.form.values:
        text = await reusing.filled(visit.pool, known, visit.who, shown, reused, visit.now)
        visit.form.values |= {"text": text, "reused": str(reused)}
    return await visit.page(
        "desk/case.html",
        case=shown,
        queue=beside,
        holders=case.holders(known, shown.inquiry, visit.now),
        address=f"/hotline/cases/{id_}",
        done=visit.query.get("done", ""),
        instead=visit.query.get("instead", ""),
    )
