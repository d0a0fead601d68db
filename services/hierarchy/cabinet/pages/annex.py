"""Pages: one act that appoints many, its annex pasted, uploaded, or begun with what is missing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.errors import Invalid, NotFound, Refused
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, number_of, sent_file, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.russian import search_text
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.appoint import Draft, Nomination, appoint
from services.hierarchy.appointments.commands.check_same_person import DOUBTS
from services.hierarchy.appointments.commands.find_act import find_act
from services.hierarchy.appointments.domain import annex
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import appoints
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.domain.rows import BadFile
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.store.places import look_at
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.groups.store import groups
from services.hierarchy.groups.store.groups import Asked
from services.hierarchy.territory.store import municipalities, organizations


class AnnexPages(Controller):
    """Appointing by a list."""

    path = "/cabinet/annex"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def ask(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """Where the list is pasted; `done` says how many rows it had that was just carried out, `act` by
        which act, to be printed and signed. With `group`: a row for each of its organizations without a
        coordinator; with `heads=1`: for each municipality without a Head."""
        visit.form.values["annex"] = await _proposed(visit)
        act = await _seen(visit, uuid_of(visit.query.get("act", "")))
        return await _page(visit, {}, done=number_of(visit.query.get("done", "")), act=act)

    @post()
    async def appoint_many(
        self,
        visit: NamedDependency[Visit[Staff]],
        entrance: NamedDependency[Entrance],
        reader: NamedDependency[FileReader],
    ) -> Answer:
        """Everybody of the annex is appointed, or nobody and every bad row is named."""
        form, who = await visit.sent(), visit.who  # who is not signed in has no file read
        rows, refused = list[annex.Row](), dict[int, Refused]()
        async with visit.refusing():
            try:
                await _add_uploaded(visit, reader)
                rows = annex.parse(form.of("annex"))
                draft = Draft(form.of("number"), form.of("day"), await _nominations(visit, rows))
                at = await visit.moment(orjson.dumps(form.values, option=orjson.OPT_SORT_KEYS))
                appointed = await appoint(visit.pool, entrance, who, draft, at)
            except Refused as refusal:
                refused = {rows[nth - 1].line if rows else nth: why for nth, why in refusal.rows.items()}
                raise
            act = {"act": appointed.acts[0]} if len(appointed.acts) == 1 else {}
            return visit.go("/cabinet/annex", done=len(rows), **act)
        return await _page(visit, refused)


async def _seen(visit: Visit[Staff], act: UUID | None) -> UUID | None:
    """The act, if its page is the viewer's: a working group appoints by acts that its municipality keeps."""
    if act is None:
        return None
    async with visit.pool.acquire() as db, db.transaction():
        try:
            return (await find_act(db, visit.who, act)).id
        except NotFound:
            return None


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


async def _page(visit: Visit[Staff], refused: Mapping[int, Refused], **more: object) -> Response[str]:
    """`refused`: why rows were refused, by the line of the annex."""
    return await visit.page(
        "cabinet/annex.html",
        roles=[Option(role.value, TITLES[role]) for role in appoints(visit.who)],
        bad=[(line, visit.kit.sentences.of(why)) for line, why in sorted(refused.items())],
        doubted=any(each.slug in DOUBTS for why in refused.values() for each in why.every()),
        **more,
    )


async def _proposed(visit: Visit[Staff]) -> str:
    staff, query = visit.who, visit.query
    async with visit.pool.acquire() as db, db.transaction():
        campaign = await campaigns.now_open(db)
        if group_id := uuid_of(query.get("group", "")):
            await look_at(db, staff, Scope.GROUP, str(group_id), campaign)
            group, asked = await groups.get(db, group_id), Asked(missing=True)
            found = await groups.supervised(db, group, asked, annex.LONGEST)
            return annex.proposed(Role.COORDINATOR, _unmistakable((str(o.id), o.name) for o in found))
        if query.get("heads") == "1" and staff.holds(Role.ADMINISTRATOR):
            await tenancy.see(db, *tenants_of(staff))
            return annex.proposed(Role.HEAD, _unmistakable(await appointments.without_head(db)))
    return ""


async def _nominations(visit: Visit[Staff], rows: Sequence[annex.Row]) -> list[Nomination]:
    """A nomination for each row."""
    named, same = await _named(visit, rows), visit.form.of("same_person") == "1"
    return [
        Nomination(row.role, named.get((row.role, row.of), row.of), row.name, row.email, same_person=same)
        for row in rows
    ]


def _unmistakable(places: Iterable[tuple[str, str]]) -> list[str]:
    """The names of places (id, name); where several have the same name, the ids."""
    known = list(places)
    counted = Counter(search_text(name) for _, name in known)
    return [id_ if counted[search_text(name)] > 1 or ";" in name else name for id_, name in known]


async def _named(visit: Visit[Staff], rows: Sequence[annex.Row]) -> dict[tuple[Role, str], str]:
    """The places of rows that name none, or name one in words: one's only place of that kind, a municipality
    or a working group by its name, an organization by its name or the founder's number. A place that is
    unknown or not unique is left out."""
    staff = visit.who
    named = {(row.role, ""): _only(staff, SCOPE_OF[row.role]) for row in rows}
    words = {row.of for row in rows if row.of}
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *tenants_of(staff))
        campaign = await campaigns.now_open(db)
        found: dict[Scope, Mapping[str, Sequence[object]]] = {
            Scope.MUNICIPALITY: await municipalities.by_name(db, words),
            Scope.GROUP: await groups.by_name(db, campaign.id if campaign else "", words),
            Scope.ORGANIZATION: await organizations.by_name(db, staff.municipalities, words),
        }
    for row in rows:
        ids = found.get(SCOPE_OF[row.role], {}).get(search_text(row.of), [])
        if len(ids) == 1:
            named[row.role, row.of] = str(ids[0])
    return named


def _only(staff: Staff, scope: Scope) -> str:
    own = [REGION] if scope is Scope.REGION else sorted(staff.reach(scope))
    return own[0] if len(own) == 1 else ""
