"""Pages: a case, and its steps."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Level
from services.chassis.errors import Invalid
from services.chassis.web.forms import LONGEST_FORM, from_here, uuid_of
from services.chassis.web.visits import Answer as Page
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.core.region import Known
from services.hotline.desk import case, queue, reusing
from services.hotline.desk.commands.assign_inquiry import Assignment, assign_inquiry
from services.hotline.desk.commands.keep_draft import Typed, keep_draft
from services.hotline.desk.showing import STEPS
from services.hotline.inquiries.commands.answer_inquiry import Answer, answer_inquiry
from services.hotline.inquiries.commands.close_inquiry import Closing, close_inquiry
from services.hotline.inquiries.commands.correct_inquiry import Correction, correct_inquiry
from services.hotline.inquiries.commands.mark_spam import Spam, mark_spam
from services.hotline.inquiries.commands.merge_inquiries import Merge, merge_inquiries
from services.hotline.inquiries.commands.note_inquiry import Note, note_inquiry
from services.hotline.inquiries.commands.restore_inquiry import Restoring, restore_inquiry
from services.hotline.inquiries.commands.return_inquiry import Return, return_inquiry
from services.hotline.inquiries.commands.revoke_link import Revocation, revoke_link
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
            return await _done(visit, id_, "answered" if final else "asked", "text")
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
            return await _done(visit, id_, "noted", "note")
        _blame(visit, "text", "note")
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
            return await _done(visit, id_, "transferred", "why", done.instead)
        _blame(visit, "note", "why")
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
            return await _done(visit, id_, "returned", "reason")
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
            given = Correction(id_, form.of("theme"), uuid_of(form.of("organization")))
            await correct_inquiry(visit.pool, known, visit.who, given, await visit.moment())
            return _on(visit, id_, "corrected")
        return await _case(visit, known, id_)

    @post("/merging")
    async def merge(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """It is the same as another one."""
        form = await visit.sent()
        async with visit.refusing():
            given = Merge(id_, await case.numbered(visit.pool, visit.who, form.of("into")))
            await merge_inquiries(visit.pool, known, visit.who, given, await visit.moment())
            return _on(visit, given.into, "merged")
        return await _case(visit, known, id_)

    @post("/assignments")
    async def assign(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """A colleague's from now on."""
        form = await visit.sent()
        async with visit.refusing():
            given = Assignment(id_, uuid_of(form.of("account")))
            await assign_inquiry(visit.pool, known, visit.who, given, await visit.moment())
            return _on(visit, id_, "assigned")
        return await _case(visit, known, id_)

    @post("/link")
    async def replace_link(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """Strangers have seen the initiator's link."""
        await visit.sent()
        async with visit.refusing():
            await revoke_link(visit.pool, known, visit.who, Revocation(id_), await visit.moment())
            return _on(visit, id_, "relinked")
        return await _case(visit, known, id_)

    @post("/drafts")
    async def keep(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Page:
        """What was typed is kept, without a script too."""
        form = await visit.sent()
        async with visit.refusing():
            await keep_draft(visit.pool, visit.who, Typed(str(id_), form.values), visit.now)
            return _on(visit, id_, "kept")
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


async def _done(visit: Visit[Staff], id_: UUID, done: str, field: str, instead: str = "") -> Page:
    """The same, and what was typed into a field is no draft any more."""
    await keep_draft(visit.pool, visit.who, Typed(str(id_), {field: ""}), visit.now)
    return _on(visit, id_, done, instead)


def _blame(visit: Visit[Staff], named: str, field: str) -> None:
    """A command blames a field by its own name, which is another form's on this page."""
    if (sentence := visit.form.errors.pop(named, None)) is not None:
        visit.form.errors[field] = sentence


async def _case(visit: Visit[Staff], known: Known, id_: UUID) -> Response[str]:
    shown = await case.read(visit.pool, known, visit.who, id_, visit.now)
    beside = await queue.read(visit.pool, known, visit.who, visit.query, visit.now)
    kept = dict(shown.draft.content) if shown.draft else {}
    said = {"theme": shown.inquiry.theme, "organization": str(shown.inquiry.organization or "")}
    if (reused := uuid_of(visit.query.get("reuse", ""))) and "text" not in visit.form.values:
        text = await reusing.filled(visit.pool, known, visit.who, shown, reused, visit.now)
        # Behind what somebody has begun to write themselves.
        begun = kept.get("text", "").strip()
        kept |= {"text": f"{begun}\n\n{text}" if begun and text not in begun else begun or text}
        visit.form.values |= {"reused": str(reused)}
    visit.form.values = {**said, **kept, **visit.form.values}
    return await visit.page(
        "desk/case.html",
        case=shown,
        queue=beside,
        holders=case.holders(known, shown.inquiry, visit.now),
        organizations=case.organizations(known, shown.inquiry),
        sound=visit.request.cookies.get("sound") == "1",
        steps={step.value: name for step, name in STEPS.items()},
        address=f"/hotline/cases/{id_}",
        done=visit.query.get("done", ""),
        instead=visit.query.get("instead", ""),
    )
