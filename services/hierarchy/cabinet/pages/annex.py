"""Pages: one act that appoints many, its annex pasted, uploaded, or begun with what is missing; what it would
do is shown first, and then done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from contracts.appointments import Role, Scope
from services.chassis.days import day_of
from services.chassis.db import tenancy
from services.chassis.errors import Checks, Conflict, Invalid, NotFound, Refused
from services.chassis.tables.rows import BadFile
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, number_of, sent_file, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.appoint import Appointed, Draft
from services.hierarchy.appointments.commands.appoint_previewed import Previewed, appoint_previewed
from services.hierarchy.appointments.commands.check_same_person import DOUBTS
from services.hierarchy.appointments.commands.find_act import find_act
from services.hierarchy.appointments.commands.preview_act import Outcome, Preview, preview_act
from services.hierarchy.appointments.domain import annex
from services.hierarchy.appointments.store import acts, appointments
from services.hierarchy.cabinet.nominating import nominations, unmistakable
from services.hierarchy.core.authority import appoints
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.roles import CATEGORIES, TITLES, Category
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.store import groups
from services.hierarchy.groups.store.groups import Asked

ADDRESS = "/cabinet/annex"

NOWHERE = {
    "group-unknown": "annex-group",
    "municipality-unknown": "annex-municipality",
    "organization-unknown": "annex-organization",
    "region-unknown": "annex-region",
    "smo-unknown": "annex-smo",
}
IN_A_ROW = NOWHERE | {"chair-taken": "annex-chair-taken", "role-unknown": "annex-role"}
"""Refusals that a row of a list says in other words than a form of one person; `NOWHERE`: of its place."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an annex as it is shown: who, as what, where, and what becomes of it: `new`, `held` already,
    or `bad`, and why. `moved`: it was shown otherwise a moment ago."""

    number: int
    name: str
    email: str
    role: str
    place: str
    state: str
    why: str = ""
    moved: bool = False
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An annex as it is shown, the marks of what it would do, how many it appoints, and all that is wrong."""

    lines: Sequence[Line] = ()
    marks: str = ""
    people: int = 0
    doubted: bool = False


class AnnexPages(Controller):
    """Appointing by a list."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """Where the list is pasted; `done` says how many were appointed just now, `act` by which act. With
        `group`: a row for each of its organizations without a coordinator; with `heads=1`: for each
        municipality without a Head."""
        visit.form.values["annex"] = await _proposed(visit)
        entered = await _entered(visit, uuid_of(visit.query.get("act", "")))
        return await _form(visit, Checked(), done=number_of(visit.query.get("done", "")), acts=entered)

    @post()
    async def check(
        self, visit: NamedDependency[Visit[Staff]], reader: NamedDependency[FileReader]
    ) -> Response[str]:
        """What the list would do, row by row, and everything that is wrong with it; `edit=1`: the list again,
        to be changed."""
        form, _ = await visit.sent(), visit.who  # who is not signed in has no file read
        if form.of("edit") == "1":
            return await _form(visit, Checked())
        return await _shown(visit, reader)

    @post("/appointments")
    async def appoint_many(
        self, visit: NamedDependency[Visit[Staff]], entrance: NamedDependency[Entrance]
    ) -> Answer:
        """Everybody is appointed as it was shown; or nobody, and what has changed meanwhile is shown."""
        form = await visit.sent()
        async with visit.refusing():
            read = annex.read(form.of("annex"))
            if read.unread:
                raise Conflict("annex-changed")
            given = Previewed(await _draft(visit, read.rows), form.of("marks"))
            at = await visit.moment(orjson.dumps(form.values, option=orjson.OPT_SORT_KEYS))
            return await _gone(visit, await appoint_previewed(visit.pool, entrance, visit.who, given, at))
        return await _shown(visit)


async def _shown(visit: Visit[Staff], reader: FileReader | None = None) -> Response[str]:
    """What the list would do, with the rows of its file if one is to be read; or the list again, with all
    that is wrong."""
    checked, checks = Checked(), Checks()
    async with visit.refusing():
        try:
            if reader is not None:
                await _add_uploaded(visit, reader)
        except Refused as refusal:
            checks.note(refusal)
        checked = await _checked(visit, checks)
        checks.settle()
        day = day_of(visit.form.of("day"))
        return await visit.page("cabinet/annex_preview.html", checked=checked, day=day, back=ADDRESS)
    return await _form(visit, checked)


async def _gone(visit: Visit[Staff], appointed: Appointed) -> Answer:
    """On to the act, to be printed and signed, if it is one and the viewer's to see."""
    entered = await _entered(visit, appointed.acts[0] if appointed.acts else None)
    many = len(appointed.appointed)
    if len(entered) == 1:
        return visit.go(f"/cabinet/acts/{entered[0].code}", done="appointed", many=many)
    return visit.go(ADDRESS, done=many, **({"act": appointed.acts[0]} if entered else {}))


async def _entered(visit: Visit[Staff], act: UUID | None) -> list[Option]:
    """The act in each municipality whose people it appoints, if that page is the viewer's: a working group
    appoints by acts that its municipality keeps."""
    if act is None:
        return []
    async with visit.pool.acquire() as db, db.transaction():
        try:
            entered = await acts.entered_with(db, await find_act(db, visit.who, act))
        except NotFound:
            return []
    return [Option(str(each.id), each.place) for each in entered]


async def _add_uploaded(visit: Visit[Staff], reader: FileReader) -> None:
    """Adds the rows of the file, if there is one, to those that were pasted. Raises Invalid."""
    content = await sent_file(visit.request, "file")
    if not content:
        return
    try:
        uploaded = annex.written(await reader.table(content))
    except (BadFile, Invalid) as error:
        why = error.rows[0].why if isinstance(error, BadFile) else error
        raise Invalid(why.slug, "file", **why.facts) from error
    visit.form.values["annex"] = f"{visit.form.of('annex')}\n{uploaded}".strip()


async def _checked(visit: Visit[Staff], checks: Checks) -> Checked:
    """The annex as it would be carried out now; everything that is wrong with the form is noted in `checks`,
    in the order of its fields."""
    of_list = Checks()
    read = of_list.take(lambda: annex.read(visit.form.of("annex"))) or annex.Read(())
    preview = await preview_act(visit.pool, visit.who, await _draft(visit, read.rows), visit.now)
    if preview.of_act:
        checks.note(preview.of_act)
    checks.take(of_list.settle)
    shown = visit.form.of("marks").split(" ")
    lines = sorted([*_rows(visit, read, preview, shown), *_unread(visit, read)], key=lambda line: line.number)
    if bad := sum(line.state == "bad" for line in lines):
        checks.note(Invalid("annex-rows", field="annex", bad=bad, total=len(lines)))
    people = {outcome.account for outcome in preview.outcomes if outcome.account}
    why = [each.slug for outcome in preview.outcomes if outcome.refused for each in outcome.refused.every()]
    return Checked(lines, preview.marks, len(people), not set(DOUBTS).isdisjoint(why))


def _rows(visit: Visit[Staff], read: annex.Read, preview: Preview, shown: Sequence[str]) -> Iterator[Line]:
    for nth, (row, outcome) in enumerate(zip(read.rows, preview.outcomes, strict=True)):
        yield Line(
            number=row.line,
            name=row.name,
            email=row.email,
            role=_titled(row),
            place=_place(row, outcome),
            state="bad" if outcome.refused else "new" if outcome.account else "held",
            why=_sentences(visit, row, outcome.refused) if outcome.refused else "",
            moved=shown != [""] and outcome.mark not in shown[nth : nth + 1],
            phone=row.phone,
        )


def _unread(visit: Visit[Staff], read: annex.Read) -> Iterator[Line]:
    for row in read.unread:
        role, name, *rest = (*row.cells, "", "")
        why = visit.kit.sentences.of(row.why)
        yield Line(row.line, name, rest[0], role, "; ".join(filter(None, rest[1:])), "bad", why)


def _titled(row: annex.Row) -> str:
    """The role in words, a member's with the kind; what is no role is as it was typed."""
    if row.role is None:
        return row.word
    kind = f", {CATEGORIES[Category(row.category)]}" if row.category else ""
    return TITLES[row.role] + kind


def _place(row: annex.Row, outcome: Outcome) -> str:
    """Its name; the region has none, and what is unknown is as it was typed."""
    if outcome.place is None:
        return row.of
    return outcome.place.name or "Регион"


def _sentences(visit: Visit[Staff], row: annex.Row, refused: Refused) -> str:
    """Why a row is refused, as a list says it."""
    facts = {"word": row.word, "of": row.of}
    return " ".join(
        visit.kit.sentences(_slug(row, each.slug), facts | each.facts) for each in refused.every()
    )


def _slug(row: annex.Row, slug: str) -> str:
    if slug == "role-unknown" and not row.word:
        return "annex-role-missing"
    if slug in NOWHERE and not row.of:
        return "annex-where"
    return IN_A_ROW.get(slug, slug)


async def _draft(visit: Visit[Staff], rows: Sequence[annex.Row]) -> Draft:
    form = visit.form
    named = await nominations(visit.pool, visit.who, rows, form.of("same_person") == "1")
    return Draft(form.of("number"), form.of("day"), named)


async def _form(visit: Visit[Staff], checked: Checked, **more: object) -> Response[str]:
    roles = [Option(role.value, TITLES[role]) for role in appoints(visit.who)]
    return await visit.page("cabinet/annex.html", roles=roles, checked=checked, **more)


async def _proposed(visit: Visit[Staff]) -> str:
    staff, query = visit.who, visit.query
    async with visit.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        if group_id := uuid_of(query.get("group", "")):
            await look_at(db, staff, Scope.GROUP, str(group_id), campaign)
            group, asked = await groups.get(db, group_id), Asked(missing=True)
            found = await groups.supervised(db, group, asked, annex.LONGEST)
            return annex.proposed(Role.COORDINATOR, unmistakable((str(o.id), o.name) for o in found))
        if query.get("heads") == "1" and staff.holds(Role.ADMINISTRATOR):
            await tenancy.see(db, *tenants_of(staff))
            return annex.proposed(Role.HEAD, unmistakable(await appointments.without_head(db)))
    return ""
