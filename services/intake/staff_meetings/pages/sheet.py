"""Pages: the sign-in sheet of a staff meeting."""

from collections.abc import Sequence
from uuid import UUID

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import Invalid
from services.chassis.tables.reading import TableReader
from services.chassis.tables.rows import BadFile
from services.chassis.web.forms import LONGEST_FORM, from_here, number_of, sent_file
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.office import OFFICE
from services.intake.staff_meetings import reading
from services.intake.staff_meetings.commands.keep_sheet import (
    Adding,
    Kept,
    add_people,
    change_person,
    remove_person,
)
from services.intake.staff_meetings.domain.grid import positions_of
from services.intake.staff_meetings.domain.sheet import Line, table_lines, typed_lines

ADDRESS = "/staff-meetings"
HERE = f"{ADDRESS}/{{meeting_id:uuid}}/people"


class SheetPages(Controller):
    """Who was there."""

    path = HERE
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
        """Everybody with their number, and where others are put down."""
        return await _sheet(visit, known, meeting_id)

    @post()
    async def add(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        table_reader: NamedDependency[TableReader],
        meeting_id: FromPath[UUID],
    ) -> Answer:
        """People are put on the sheet, typed and of a table; or none of them, if one is wrong."""
        form, bad = await visit.sent(), list[tuple[int, str]]()
        async with visit.refusing():
            try:
                await reading.session(visit.pool, visit.who, meeting_id)
                content = await sent_file(visit.request, "file")
                lines = await _lines_of(table_reader, form.of("people"), content)
                at = await visit.moment(content + orjson.dumps(form.values, option=orjson.OPT_SORT_KEYS))
                given = Adding(lines, form.of("position"))
                done = await add_people(visit.pool, known, visit.who, meeting_id, given, at)
                return visit.go(f"{ADDRESS}/{meeting_id}/people", added=done.added, before=done.before)
            except Invalid as refusal:
                said = visit.kit.sentences
                bad = [(nth, said(why.slug, why.facts)) for nth, why in sorted(refusal.rows.items())]
                raise
        return await _sheet(visit, known, meeting_id, bad)

    @post("/{nth:int}")
    async def change(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        meeting_id: FromPath[UUID],
        nth: FromPath[int],
    ) -> Answer:
        """What is said of somebody is corrected."""
        form = await visit.sent()
        async with visit.refusing():
            given = Line(nth, *(form.of(name) for name in ("name", "email", "position", "consent")))
            await change_person(visit.pool, known, visit.who, meeting_id, given, await visit.moment())
            return visit.go(f"{ADDRESS}/{meeting_id}/people", done="changed")
        return await _sheet(visit, known, meeting_id, changing=nth)

    @post("/{nth:int}/removal")
    async def remove(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        meeting_id: FromPath[UUID],
        nth: FromPath[int],
    ) -> Answer:
        """Somebody is taken off the sheet."""
        await visit.sent()
        async with visit.refusing():
            await remove_person(visit.pool, known, visit.who, meeting_id, nth, await visit.moment())
            return visit.go(f"{ADDRESS}/{meeting_id}/people", done="removed")
        return await _sheet(visit, known, meeting_id)


async def _lines_of(reader: TableReader, typed: str, content: bytes) -> list[Line]:
    """Those of the table, if there is one, behind those that are typed. Raises Invalid, Unavailable."""
    lines = typed_lines(typed)
    if content:
        try:
            lines += table_lines((await reader.table(content)).lines)
        except BadFile as refusal:
            why = refusal.rows[0].why
            raise Invalid(why.slug, field="file", **why.facts) from None
    return lines


async def _sheet(
    visit: Visit[Staff],
    known: Subordination,
    meeting_id: UUID,
    bad: Sequence[tuple[int, str]] = (),
    changing: int | None = None,
) -> Response[str]:
    held = await reading.session(visit.pool, visit.who, meeting_id)
    organization = known.picture.organizations.get(held.meeting.organization)
    positions = positions_of(known.picture.campaign(held.meeting.campaign))
    return await visit.page(
        "staff_meetings/sheet.html",
        meeting=held.meeting,
        people=held.people,
        organization=organization.name if organization else "",
        positions=positions,
        titles={term.code: term.name for term in positions},
        bad=bad,
        changing=changing,
        address=f"{ADDRESS}/{meeting_id}",
        kept=Kept(
            number_of(visit.query.get("added", "")) or 0, number_of(visit.query.get("before", "")) or 0
        ),
        done="added" if "added" in visit.query else visit.query.get("done", ""),
    )
