"""Pages: the grid in which the ideas of a staff meeting are typed, and sent."""

from collections.abc import Sequence
from uuid import UUID

import uuid_utils.compat
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.web.forms import LONGEST_FORM, from_here, number_of, uuid_of
from services.chassis.web.pages import moment
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.office import OFFICE
from services.intake.initiatives.domain import runs
from services.intake.participants.digests import Pepper
from services.intake.staff_meetings import reading
from services.intake.staff_meetings.commands.keep_grid import keep_grid
from services.intake.staff_meetings.commands.keep_sheet import settle_person
from services.intake.staff_meetings.domain.grid import FIELDS, GridRow, forms_of
from services.intake.staff_meetings.sending import Entry, Sent, send
from services.intake.staff_meetings.showing import (
    BLANK,
    Likeness,
    ShownRow,
    as_typed,
    options,
    typed_rows,
)

ADDRESS = "/staff-meetings"
BLANK_MOST = 50
NO_KEY = UUID(int=0)
"""Of the row that a script makes others of."""


class GridPages(Controller):
    """The grid: kept while it is typed, sent as a whole or row by row."""

    path = f"{ADDRESS}/{{meeting_id:uuid}}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE
    request_max_body_size = LONGEST_FORM

    @get()
    async def look(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """What is sent, what waits, and blank rows (`rows=…`)."""
        return await _grid(visit, known, meeting_id)

    @post("/grid", status_code=200)
    async def keep(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Keeps what is typed, and says when, for the page that is open."""
        rows = typed_rows(await visit.sent())
        await keep_grid(visit.pool, known, visit.who, meeting_id, rows, visit.now)
        said = moment(visit.now, known.zone, "HH:mm:ss")
        return Response(f"Сохранено в {said}", media_type="text/plain")

    @post()
    async def work(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        pepper: NamedDependency[Pepper],
        meeting_id: FromPath[UUID],
    ) -> Answer:
        """Keeps what is typed, and does what its button says: more rows, one row sent, or all."""
        form, entry, done = await visit.sent(), Entry(known, pepper), Sent()
        rows, address = typed_rows(form), f"{ADDRESS}/{meeting_id}"
        async with visit.refusing():
            await keep_grid(visit.pool, known, visit.who, meeting_id, rows, visit.now)
            does, *what = form.of("do").split(":")
            if does == "more":
                return visit.go(f"{address}?rows={2 * BLANK}")
            if does not in ("send", "same", "another"):
                return visit.go(address, done="kept")
            if does != "send":
                await _settle(visit, known, meeting_id, does, what)
            keys = [key for each in what[-1:] if (key := uuid_of(each))] or None
            done = await send(visit.pool, entry, visit.who, meeting_id, keys, visit.now)
            if not (done.refused or done.alike):
                return visit.go(address, sent=len(done.numbers))
            visit.status = 422
        return await _grid(visit, known, meeting_id, rows, done)


async def _settle(
    visit: Visit[Staff], known: Subordination, meeting_id: UUID, does: str, what: Sequence[str]
) -> None:
    """«same:3:(participant):(row)»: the third of the sheet is that participant; «another:3:(row)»: is not."""
    nth = number_of(what[0]) if what else None
    participant = uuid_of(what[1]) if does == "same" and len(what) == 3 else None
    if nth is not None and (participant or does == "another"):
        await settle_person(visit.pool, known, visit.who, meeting_id, nth, participant, visit.now)


async def _grid(
    visit: Visit[Staff],
    known: Subordination,
    meeting_id: UUID,
    typed: Sequence[GridRow] = (),
    done: Sent | None = None,
) -> Response[str]:
    held, done = await reading.session(visit.pool, visit.who, meeting_id), done or Sent()
    campaign = known.picture.campaign(held.meeting.campaign)
    organization = known.picture.organizations.get(held.meeting.organization)
    blank = min(number_of(visit.query.get("rows", "")) or BLANK, BLANK_MOST)
    waiting = as_typed(held.waiting, typed) if visit.form.errors else held.waiting
    rows = [*waiting, *(GridRow(uuid_utils.compat.uuid7()) for _ in range(blank))]
    directions, forms = campaign.directions, forms_of(campaign)
    names = {term.code: term.name for term in (*directions, *forms)}
    shown = [_shown(visit, nth, row, done) for nth, row in enumerate(rows, 1)]
    return await visit.page(
        "staff_meetings/grid.html",
        meeting=held.meeting,
        organization=organization.name if organization else "",
        people=held.people,
        sent=held.sent,
        numbers=", ".join(runs([row.number for row in held.sent if row.number])),
        names=names,
        rows=shown,
        focus=_focus(shown),
        waiting=len(waiting),
        made_of=ShownRow(GridRow(NO_KEY)),
        directions=options(directions),
        forms=options(forms),
        now_sent=number_of(visit.query.get("sent", "")),
        just_sent=done.numbers,
        wrong=len(done.refused) + len(done.alike.keys() - done.refused.keys()),
        done=visit.query.get("done", ""),
        address=f"{ADDRESS}/{meeting_id}",
    )


def _shown(visit: Visit[Staff], nth: int, row: GridRow, done: Sent) -> ShownRow:
    said, errors = visit.kit.sentences, dict[str, str]()
    for wrong in done.refused.get(row.key, ()):
        sentence = said(wrong.slug, wrong.facts)
        sentence = f"{wrong.whom}: {sentence}" if wrong.whom else sentence
        column = wrong.column if wrong.column in FIELDS else "authors"
        errors[column] = f"{errors[column]} {sentence}" if column in errors else sentence
    alike = [
        Likeness(person.nth, person.brief, each.participant) for person, each in done.alike.get(row.key, ())
    ]
    return ShownRow(row, nth, errors, alike)


def _focus(rows: Sequence[ShownRow]) -> str:
    """Where the page begins: at the first field that is wrong, or else in the first blank row."""
    wrong = (f"{column}-{each.row.key}" for each in rows for column in FIELDS if column in each.errors)
    blank = (f"authors-{each.row.key}" for each in rows if each.row.is_blank)
    return next(wrong, next(blank, ""))
