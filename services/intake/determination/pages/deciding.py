"""Pages: deciding on many initiatives at once: what would become of them, what did, and back."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db import tenancy
from services.chassis.errors import Invalid, NotFound
from services.chassis.text import serial_number
from services.chassis.web.forms import LONGEST_FORM, Form, Option, from_here, number_of, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, places_of
from services.intake.core.office import OFFICE
from services.intake.determination import queue
from services.intake.determination.commands.decide import Outcome, decide
from services.intake.determination.commands.preview_decision import preview_decision
from services.intake.determination.commands.undo_decision import Undoing, is_theirs, undo_decision
from services.intake.determination.domain.decisions import Decision, Kind
from services.intake.determination.queue import HERE
from services.intake.determination.reading.listing import Looking, sees
from services.intake.determination.showing import KINDS, TAKEN, Row, body_name, row
from services.intake.determination.store import decisions, lists
from services.intake.initiatives.domain import UNDONE_WITHIN

PICKED = "pick-"
"""Before the id of an initiative in the name of its box."""


class DecidingPages(Controller):
    """A decision on many: previewed, taken, taken back."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE
    request_max_body_size = LONGEST_FORM

    @post("/preview", status_code=200)
    async def preview(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """What would become of what is marked, and what else the decision asks for; nothing is decided."""
        form = await visit.sent()
        looking = Looking.of(known, visit.who, visit.now)
        ids = [id_ for id_ in map(uuid_of, sorted(form.ticked(PICKED))) if id_]
        if form.of("every"):
            ids = queue.ids_of(await queue.every(visit.pool, looking, visit.query))
        visit.form = Form()
        return await _preview(visit, looking, ids, kind_of(form.of("decision")))

    @post("/decisions", status_code=200)
    async def decide(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """What became of each."""
        form, looking = await visit.sent(), Looking.of(known, visit.who, visit.now)
        ids, kind = [id_ for id_ in map(uuid_of, form.of("ids").split()) if id_], kind_of(form.of("decision"))
        async with visit.refusing():
            given = await decision_of(visit, form, kind)
            done = await decide(visit.pool, known, visit.who, ids, given, await visit.moment())
            return await _result(visit, looking, done.id, done.items)
        return await _preview(visit, looking, ids, kind)

    @get("/decisions/{decision_id:uuid}")
    async def look(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        decision_id: FromPath[UUID],
    ) -> Response[str]:
        """What was decided together, and whether it was taken back."""
        return await _result(visit, Looking.of(known, visit.who, visit.now), decision_id, [])

    @post("/decisions/{decision_id:uuid}/undoing")
    async def undo(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        decision_id: FromPath[UUID],
    ) -> Answer:
        """All of it that can still be taken back is."""
        form = await visit.sent()
        async with visit.refusing():
            given = Undoing(decision_id)
            done = await undo_decision(visit.pool, known, visit.who, given, await visit.moment())
            kept = sum(bool(item.refusal) for item in done.items)
            if form.of("of") and not kept:
                return visit.go(f"{HERE}/{done.items[0].id}{queue.carried(visit.query)}", done="undone")
            return visit.go(f"{HERE}/decisions/{decision_id}", undone=len(done.items) - kept, kept=kept)
        return await _result(visit, Looking.of(known, visit.who, visit.now), decision_id, [])


def kind_of(given: str) -> Kind:
    """Raises Invalid for a decision that there is not."""
    if given not in set(Kind):
        raise Invalid("decision-not-chosen", field="decision")
    return Kind(given)


async def decision_of(visit: Visit[Staff], form: Form, kind: Kind) -> Decision:
    """What a form says of a decision; the initiative in which others go on by its number."""
    into = None
    if kind is Kind.MERGE and form.of("into"):
        into = await _numbered(visit, serial_number(form.of("into")))
    return Decision(kind, form.of("reason"), form.of("text"), form.of("direction"), into)


async def _numbered(visit: Visit[Staff], number: int | None) -> UUID:
    places = places_of(visit.who, Deed.DETERMINE)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places)
        found = None if number is None else await lists.numbered(db, places, number)
    if found is None:
        raise Invalid("into-unknown", field="into")
    return found.id


async def _preview(visit: Visit[Staff], looking: Looking, ids: Sequence[UUID], kind: Kind) -> Response[str]:
    outcomes: Sequence[Outcome] = []
    async with visit.refusing():
        outcomes = await preview_decision(visit.pool, looking.known, visit.who, ids, kind, visit.now)
    rows = await _rows(visit, looking, outcomes)
    will = [rows[item.id] for item in outcomes if not item.refusal and item.id in rows]
    return await visit.page(
        "determination/preview.html",
        kind=kind,
        name=KINDS[kind],
        will=will,
        wont=_refused(visit, outcomes, rows),
        ids=" ".join(str(each.id) for each in will),
        query=queue.carried(visit.query),
        **fields_of(looking),
    )


async def _result(
    visit: Visit[Staff], looking: Looking, id_: UUID, outcomes: Sequence[Outcome]
) -> Response[str]:
    places = places_of(visit.who, Deed.DETERMINE)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places)
        found = await decisions.taken(db, places, id_)
        initiatives = await lists.some(db, places, {one.initiative_id for one in found})
    # What has moved between the two statements is left out.
    there = [(one, initiatives[one.initiative_id]) for one in found if one.initiative_id in initiatives]
    taken = [one for one, i in there if is_theirs(visit.who, one) or sees(looking.sights, i)]
    if not (taken or outcomes):
        raise NotFound("decision-unknown")
    fresh = [one for one in taken if one.undone_at is None and visit.now <= one.decided_at + UNDONE_WITHIN]
    return await visit.page(
        "determination/result.html",
        id=id_,
        taken=taken[0] if taken else None,
        what=TAKEN[taken[0].kind] if taken else "",
        body=body_name(looking.known, taken[0].body) if taken else "",
        rows=[(row(looking, looking.shown(initiatives[t.initiative_id])), t) for t in taken],
        wont=_refused(visit, outcomes, await _rows(visit, looking, outcomes)),
        undoable=any(is_theirs(visit.who, one) for one in fresh),
        undone=number_of(visit.query.get("undone", "")),
        kept=number_of(visit.query.get("kept", "")),
        query=queue.carried(visit.query),
    )


async def _rows(visit: Visit[Staff], looking: Looking, outcomes: Sequence[Outcome]) -> dict[UUID, Row]:
    ids, places = [item.id for item in outcomes if item.number is not None], looking.places
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places)
        found = await lists.some(db, places, ids)
    return {id_: row(looking, looking.shown(initiative)) for id_, initiative in found.items()}


def _refused(
    visit: Visit[Staff], outcomes: Sequence[Outcome], rows: dict[UUID, Row]
) -> list[tuple[Row | None, str]]:
    refused = [item for item in outcomes if item.refusal]
    return [(rows.get(item.id), visit.kit.sentences(item.refusal, {})) for item in refused]


def fields_of(looking: Looking) -> dict[str, list[Option]]:
    """What a decision is chosen from beside the initiatives."""
    return {
        "reasons": [Option(term.code, term.name) for term in looking.campaign.life.reasons],
        "directions": [Option(term.code, term.name) for term in looking.campaign.directions],
    }
