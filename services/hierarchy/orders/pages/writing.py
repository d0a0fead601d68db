"""Pages: a new order, and to whom it goes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import orjson
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from contracts.appointments import Role, Scope
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db
from services.chassis.errors import Invalid, Refused
from services.chassis.process.files import Files
from services.chassis.text import one_line, shortened
from services.chassis.web.forms import (
    LONGEST_FORM,
    Form,
    Option,
    from_here,
    number_of,
    sent_files,
    uuid_of,
)
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.russian import search_text
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.domain.scans import LONGEST_UPLOAD, check_content, too_large
from services.hierarchy.core.addresses import ORDERS
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import places
from services.hierarchy.meetings.store import agreements
from services.hierarchy.orders.commands.attach_file import NewFile, attach_file
from services.hierarchy.orders.commands.issue_order import (
    Giving,
    NewOrder,
    givers,
    issue_order,
    look_at_giving,
)
from services.hierarchy.orders.domain.addressees import check_addressees
from services.hierarchy.orders.domain.deadlines import Deadline
from services.hierarchy.orders.domain.files import Chosen
from services.hierarchy.orders.domain.orders import KINDS, REPORTS
from services.hierarchy.orders.domain.tasks import Holder

TO = "to:"
"""Names of the boxes that stand for addressees begin like this."""

MOST_SHOWN = 100
"""People who are offered by name at once; the others are found by a part of theirs."""

ROLES = {
    Role.DEPUTY: "Всем заместителям",
    Role.LEADER: "Всем руководителям рабочих групп",
    Role.MEMBER: "Всем членам рабочих групп",
    Role.COORDINATOR: "Всем координаторам",
}


class WritingPages(Controller):
    """A new order."""

    path = ORDERS + "/new"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def blank(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """An empty order, or one of an agreement (`agreement`)."""
        return await _page(visit)

    @post(request_max_body_size=LONGEST_UPLOAD)
    async def issue(
        self,
        visit: NamedDependency[Visit[Staff]],
        entrance: NamedDependency[Entrance],
        files: NamedDependency[Files],
    ) -> Answer:
        """It is given, or waits for the Head; with `find`, the page shows whom it was asked for."""
        who, chosen = visit.who, list[Chosen]()  # whoever is not signed in sends no file
        async with visit.refusing():
            form = await visit.sent(too_large())
            chosen = await sent_files(visit.request, "scan")
            if not form.of("find"):
                at = await visit.moment(await asyncio.to_thread(_content, form, chosen))
                done = await issue_order(visit.pool, entrance, who, _typed(form, chosen), at)
                kept = await _attach(visit, files, done.ids, chosen)
                told = {} if kept else {"unkept": "1"}
                return visit.go(f"{ORDERS}/{done.id}", done=done.state, moved=done.moved, **told)
        return await _page(visit, again=bool(chosen))


def _content(form: Form, chosen: Sequence[Chosen]) -> bytes:
    """What makes a form with files the same if it is sent again."""
    digests = (sha256(body).digest() for _, body in chosen)
    return b"".join((orjson.dumps(form.values, option=orjson.OPT_SORT_KEYS), *digests))


async def _attach(
    visit: Visit[Staff], files: Files, orders: Sequence[UUID], chosen: Sequence[Chosen]
) -> bool:
    """Attach the files to every order of a series; whether all could be kept. A form that is sent again goes
    on: each content is kept once."""
    try:
        for _, body in chosen:
            content = await asyncio.to_thread(check_content, body)
            for order in orders:
                await attach_file(visit.pool, files, visit.who, NewFile(order, content), Moment(visit.now))
    except Refused:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be addressed by name."""

    code: str
    name: str
    hint: str


def _typed(form: Form, chosen: Sequence[Chosen]) -> NewOrder:
    return NewOrder(
        to=sorted(form.ticked(TO)),
        body=form.of("text"),
        deadline=Deadline(form.of("deadline"), form.of("hours")),
        done_by=form.of("done_by"),
        kind=form.of("kind"),
        number=form.of("number"),
        day=form.of("day"),
        times=number_of(form.of("times") or "1") or 0,
        giver=form.of("giver"),
        agreement=uuid_of(form.of("agreement")),
        files=chosen,
    )


async def _page(visit: Visit[Staff], *, again: bool = False) -> Response[str]:
    """`again`: there were files, which no browser chooses by itself."""
    values = visit.form.values
    async with visit.pool.acquire() as db, db.transaction():
        own = givers(visit.who)
        asked = visit.form.of("giver") or visit.query.get("giver", "") or (own[0][1] if own else "")
        giving = await look_at_giving(db, visit.who, asked, visit.now)
        found = await places.find(db, own, None)
        if visit.request.method == "GET":
            values |= {"giver": asked, "kind": "do", "done_by": "text", "times": "1"}
            values |= await _of_agreement(db, giving, uuid_of(visit.query.get("agreement", "")))
    people, more = _people(giving, visit.form)
    return await visit.page(
        "orders/new.html",
        places=[Option(of, found[scope, of].name) for scope, of in own if (scope, of) in found],
        giving=giving,
        wholes=_wholes(giving, _by_place(giving)),
        directions=_wholes(giving, _by_direction(giving)),
        people=people,
        more_people=more,
        kinds=[Option(kind, name) for kind, name in KINDS.items()],
        reports=[Option(done_by, name) for done_by, name in REPORTS.items()],
        by_clerk=giving.who.on_behalf_of is not None,
        series=giving.campaign.close_until,
        again=again,
    )


async def _of_agreement(db: Db, giving: Giving, id_: UUID | None) -> dict[str, str]:
    """What an agreement of a meeting fills in: for the responsible person, by the same day."""
    if id_ is None or giving.place.scope is not Scope.MUNICIPALITY:
        return {}
    agreement = await agreements.lock(db, id_)
    responsible = [each for each in giving.reach.people if each.role is Role.RESPONSIBLE]
    ticked = {f"{TO}person:{each.appointment}": "1" for each in responsible}
    return {"agreement": str(id_), "text": agreement.body, "deadline": agreement.due.isoformat()} | ticked


def _by_place(giving: Giving) -> dict[str, str]:
    """Those of a role and of a group: choice → name."""
    offered = {} if giving.place.group else {f"role:{role}": name for role, name in ROLES.items()}
    for group in giving.reach.groups:
        name = shortened(group.name, 80)
        offered[f"group:{group.id}"] = f"Всем координаторам группы «{name}»"
        offered[f"members:{group.id}"] = f"Всем членам группы «{name}»"
    return offered


def _by_direction(giving: Giving) -> dict[str, str]:
    """Coordinators of a direction, for who gives orders to all: choice → name."""
    if giving.place.group:
        return {}
    return {f"direction:{term.code}": term.name for term in giving.campaign.directions}


def _wholes(giving: Giving, offered: dict[str, str]) -> list[Option]:
    """Who is addressed in one step, each with how many that are."""
    found = []
    for choice, name in offered.items():
        try:
            count = len(check_addressees([choice], giving.reach).holders)
        except Invalid:
            continue
        found.append(Option(f"{TO}{choice}", f"{name} · {count}"))
    return found


def _people(giving: Giving, form: Form) -> tuple[list[Person], bool]:
    """Who is offered by name: those who are ticked, then those who were looked for; whether there are
    others."""
    ticked, part = form.ticked(TO), search_text(one_line(form.of("people_q")))
    chosen = [each for each in giving.reach.people if f"person:{each.appointment}" in ticked]
    others = [
        each
        for each in giving.reach.people
        if each not in chosen and part in search_text(f"{each.name} {each.place}")
    ]
    shown = [*chosen, *others[:MOST_SHOWN]]
    return [_person(each) for each in shown], len(others) > MOST_SHOWN


def _person(holder: Holder) -> Person:
    where = f", {holder.place}" if holder.place else ""
    return Person(f"{TO}person:{holder.appointment}", holder.name, f"{TITLES[holder.role]}{where}")
