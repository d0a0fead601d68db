"""Give an order, or prepare it for the Head's signature."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Conflict, Forbidden, Invalid
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.appointments import check_act
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.audit import ORDER_PREPARED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import audit, campaigns, locks, places
from services.hierarchy.core.tenants import around
from services.hierarchy.groups.store import groups
from services.hierarchy.meetings.store import agreements
from services.hierarchy.orders.commands.look_at_order import led
from services.hierarchy.orders.commands.put_in_force import put_in_force
from services.hierarchy.orders.domain.addressees import Reach, below, check_addressees
from services.hierarchy.orders.domain.deadlines import Deadline, Frame, weekly
from services.hierarchy.orders.domain.files import Chosen, check_files
from services.hierarchy.orders.domain.orders import (
    Act,
    DoneBy,
    Order,
    State,
    Step,
    check_body,
    check_done_by,
    check_giving,
    check_kind,
    check_times,
)
from services.hierarchy.orders.domain.tasks import Holder
from services.hierarchy.orders.store import orders, people
from services.hierarchy.regulation.commands.look_at_regulation import look_at_regulation

FOR_MUNICIPALITY = (Role.HEAD, Role.CLERK, Role.RESPONSIBLE)
"""Who gives or prepares the orders of a municipality."""


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as it is typed. `to`: choices as `check_addressees` reads them; `number` and `day`: of the
    Head's act; `times`: how many weeks it is repeated; `giver`: a municipality's code or a group's id, for
    who acts for several; `agreement`: of a meeting, which becomes this order; `files`: those that are to be
    attached to it, looked at here and kept by `attach_file`."""

    to: Sequence[str]
    body: str
    deadline: Deadline
    done_by: str = DoneBy.TEXT
    kind: str = "do"
    number: str = ""
    day: str = ""
    times: int = 1
    giver: str = ""
    agreement: UUID | None = None
    files: Sequence[Chosen] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """The first of the series (`ids`), its number unless it waits for the Head, how many have it, when it is
    due, and in words why not when it was typed; `withdrawn`: how many of the series, as their time was up."""

    id: UUID
    ids: list[UUID]
    number: int | None
    state: State
    addressees: int
    due_at: datetime
    moved: str
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Giving:
    """In whose name an order is given, by whom, and whom they reach; `prepares`: for the Head's signature."""

    place: Place
    who: Acting
    prepares: bool
    campaign: CampaignDefined
    frame: Frame
    reach: Reach


async def issue_order(pool: Pool, entrance: Entrance, by: Staff, given: NewOrder, at: Moment) -> Issued:
    """All addressees have it at once, and a letter each; what a responsible person prepares has nobody yet.

    Raises NotFound without a campaign, Forbidden, Conflict outside its days and without a Head who signs,
    Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if issued := await idempotency.earlier(db, at, Issued):
            return issued
        giving = await look_at_giving(db, by, given.giver, at.now, lock=True)
        prepared, holders, moved, act = await _checked(db, giving, given, at.now)
        for order in prepared:
            await orders.add(db, order)
        if giving.prepares:
            await _note_prepared(db, prepared, giving.who, at.now)
        else:
            campaign = giving.campaign
            prepared = await put_in_force(db, entrance, prepared, holders, giving.who, act, campaign, at.now)
        first, ids = prepared[0], [order.id for order in prepared]
        done = Issued(first.id, ids, first.number, first.state, len(holders), first.due_at, moved)
        return await idempotency.keep(db, at, done)


async def look_at_giving(db: Db, by: Staff, asked: str, now: datetime, *, lock: bool = False) -> Giving:
    """Whom somebody reaches with orders, and in whose name; with `lock`, nobody is appointed meanwhile.
    Raises as `issue_order` does."""
    await tenancy.see(db, *around(by))
    place = await _giver(db, by, asked)
    prepares = may(by, Deed.PREPARE_ORDERS, place) and not may(by, Deed.GIVE_ORDERS, place)
    who = authority(by, Deed.PREPARE_ORDERS if prepares else Deed.GIVE_ORDERS, place)
    campaign = check_giving(await campaigns.now_open(db), now)
    if prepares and place.head is None:
        raise Conflict("head-missing")
    looked = await look_at_regulation(db, place.tenant, now)
    await tenancy.see(db, *around(by))
    if lock:
        # Nobody is appointed or dismissed, and no number given, until this is over.
        await locks.tenants(db, place.tenant, *await people.served(db, place.tenant))
    giver = place.head if prepares and place.head else who.on_behalf_of or who.account
    everybody = below(await people.in_line(db, place.tenant, campaign.id), giver, place.group)
    standing = await groups.present(db, place.tenant, campaign.id)
    own = [group for group in standing if place.group in (None, group.id)]
    frame = Frame(looked.schedule, campaign, now)
    return Giving(place, who, prepares, campaign, frame, Reach(everybody, own))


def givers(by: Staff) -> list[tuple[Scope, str]]:
    """In whose names somebody may give or prepare orders."""
    whole = {grant.of for grant in by.grants if grant.role in FOR_MUNICIPALITY}
    return [
        *((Scope.MUNICIPALITY, code) for code in sorted(whole)),
        *((Scope.GROUP, str(id_)) for id_ in sorted(set(led(by)))),
    ]


async def _giver(db: Db, by: Staff, asked: str) -> Place:
    """Raises Forbidden for who gives none, Invalid if it is not said which of several."""
    own = givers(by)
    if not own:
        raise Forbidden("not-yours-to-order")
    chosen = [each for each in own if each[1] == asked] if asked else own
    if len(chosen) != 1:
        raise Invalid("order-giver", field="giver")
    return await places.find_one(db, *chosen[0])


async def _checked(
    db: Db, giving: Giving, given: NewOrder, now: datetime
) -> tuple[list[Order], Sequence[Holder], str, Act]:
    """The orders, not in force yet, and to whom they go. Raises Invalid with everything wrong."""
    checks = Checks()
    addressed = checks.take(lambda: check_addressees(given.to, giving.reach))
    body = checks.take(lambda: check_body(given.body))
    kind = checks.take(lambda: check_kind(given.kind))
    done_by = checks.take(lambda: check_done_by(given.done_by))
    times = checks.take(lambda: check_times(given.times))
    due = checks.take(lambda: weekly(given.deadline, times or 1, giving.frame))
    act = checks.take(lambda: act_of(given.number, given.day, giving.who.on_behalf_of, giving.campaign, now))
    checks.take(lambda: check_files(given.files))
    checks.settle()
    if given.agreement and (await agreements.lock(db, given.agreement)).municipality != giving.place.of:
        raise Invalid("order-agreement", field="agreement")
    order = Order(
        municipality=giving.place.tenant,
        id=uuid_utils.compat.uuid7(),
        campaign=giving.campaign.id,
        working_group=giving.place.group,
        kind=kind,
        body=body,
        done_by=done_by,
        due_at=due[0].at,
        addressed=addressed.choices,
        made_by=giving.who.account,
        made_at=now,
        series=uuid_utils.compat.uuid7() if len(due) > 1 else None,
        agreement=given.agreement,
        act=act,
    )
    later = [replace(order, id=uuid_utils.compat.uuid7(), due_at=each.at) for each in due[1:]]
    return [order, *later], addressed.holders, due[0].moved, act


def act_of(number: str, day: str, on_behalf_of: UUID | None, campaign: CampaignDefined, now: datetime) -> Act:
    """The Head's act, if there is one; whoever enters an order for the Head names it. Raises Invalid."""
    if not (number.strip() or day.strip() or on_behalf_of):
        return Act()
    act = check_act(number, day, campaign, now)
    return Act(act.number, act.day)


async def _note_prepared(db: Db, prepared: Sequence[Order], who: Acting, now: datetime) -> None:
    for order in prepared:
        await orders.note(db, order, None, who, now, Step.PREPARED)
    tenant = prepared[0].municipality
    await audit.note(db, tenant, who, now, ORDER_PREPARED, *(order.subject for order in prepared))
