"""Look at an order as whoever asks may see it, lock it for a deed, and store the deed; part of several
commands."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Role, Scope
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import Forbidden, Invalid, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import audit, campaigns, places
from services.hierarchy.core.tenants import around
from services.hierarchy.orders.domain.orders import Order, Step, check_answering
from services.hierarchy.orders.domain.tasks import Task
from services.hierarchy.orders.store import orders, tasks
from services.hierarchy.orders.store.orders import Wanted
from services.hierarchy.orders.store.tasks import Seen


@dataclass(frozen=True, slots=True)
class View:
    """An order, its campaign, the place where authority over it is asked: the working group's or the
    municipality's, and which of its tasks the viewer sees."""

    order: Order
    campaign: CampaignDefined
    place: Place
    seen: Seen


async def look_at_order(
    db: Db, by: Staff, id_: UUID, load: Callable[[Db, UUID], Awaitable[Order]] = orders.get
) -> View:
    """The transaction sees its municipality's rows from then on. Raises NotFound for an order that is neither
    theirs, nor for them, nor for people of a group that they lead."""
    await tenancy.see(db, *around(by))
    order = await load(db, id_)
    scope, of = (
        (Scope.GROUP, str(order.working_group))
        if order.working_group
        else (Scope.MUNICIPALITY, order.municipality)
    )
    place = await places.find_one(db, scope, of)
    seen = Seen(may(by, Deed.SEE_ORDERS, place), by.account, led(by))
    if not seen.every and not await tasks.of_order(db, order, seen, limit=1):
        raise NotFound("order-unknown")
    campaign = (await campaigns.all_by_id(db))[order.campaign]
    return View(order, campaign, place, seen)


def led(by: Staff) -> list[UUID]:
    """The working groups that they lead."""
    return [UUID(grant.of) for grant in by.grants if grant.role is Role.LEADER]


async def look_at_given(
    db: Db, by: Staff, id_: UUID, now: datetime, load: Callable[[Db, UUID], Awaitable[Order]] = orders.get
) -> tuple[View, Acting]:
    """An order that they give. Raises NotFound, Forbidden, Conflict behind the campaign."""
    view = await look_at_order(db, by, id_, load)
    who = authority(by, Deed.GIVE_ORDERS, view.place)
    check_answering(view.campaign, now)
    return view, who


async def lock_given(db: Db, by: Staff, id_: UUID, now: datetime) -> tuple[View, Acting]:
    """An order that they give, which nobody else judges, moves or answers meanwhile. Raises NotFound,
    Forbidden, Conflict behind the campaign."""
    return await look_at_given(db, by, id_, now, orders.lock)


async def lock_own(db: Db, by: Staff, id_: UUID, now: datetime) -> tuple[View, list[Task]]:
    """What they have of an order themselves, in appointments that hold. Raises NotFound, Forbidden, Conflict
    behind the campaign and if the order is over."""
    view = await look_at_order(db, by, id_, orders.share)
    own = await tasks.lock(db, view.order, await tasks.own(db, view.order, by.account))
    if not own:
        raise Forbidden("not-yours-to-report")
    check_answering(view.campaign, now)
    view.order.check_issued()
    return view, own


def one_of(own: list[Task], asked: UUID | None) -> Task:
    """The task that is asked for, or their only one that is open. Raises NotFound, Invalid."""
    if asked is None:
        waiting = [task for task in own if task.is_open] or own
        if len(waiting) > 1:
            raise Invalid("task-several", field="task")
        return waiting[0]
    for task in own:
        if task.id == asked:
            return task
    raise NotFound("task-unknown")


@dataclass(frozen=True, slots=True)
class Deeds:
    """Who does something with tasks when, as which step, by which word of the audit, with what words."""

    who: Acting | None
    at: datetime
    step: Step
    word: str
    words: str = ""


async def save_tasks(db: Db, order: Order, changed: list[Task], deeds: Deeds) -> None:
    """Store tasks as they are now, announce them, and note who has done it."""
    for task in changed:
        await tasks.save(db, task)
        await orders.note(db, order, task.id, deeds.who, deeds.at, deeds.step, deeds.words)
    await outbox.publish(db, *(task.defined(order) for task in changed))
    subjects = [task.subject for task in changed]
    await audit.note(db, order.municipality, deeds.who, deeds.at, deeds.word, *subjects)


async def save_order(db: Db, order: Order, deeds: Deeds) -> None:
    """Store an order as it is now, announce it once it is issued, and note who has done it."""
    await orders.save(db, order)
    await orders.note(db, order, None, deeds.who, deeds.at, deeds.step, deeds.words)
    if order.issued_at:
        every = await tasks.counted(db, order, Seen(True, order.made_by))
        await outbox.publish(db, order.defined(sum(every.values())))
    await audit.note(db, order.municipality, deeds.who, deeds.at, deeds.word, order.subject)


async def given_by(db: Db, by: Staff, which: str = "", after: UUID | None = None) -> Wanted:
    """The orders that somebody gives, or that reach people below them; the transaction sees their rows."""
    await tenancy.see(db, *around(by))
    whole = [(Scope.MUNICIPALITY, of) for of in by.reach(Scope.MUNICIPALITY)]
    found = await places.find(db, whole, None)
    codes = [of for (_, of), place in found.items() if may(by, Deed.SEE_ORDERS, place)]
    return Wanted(codes, led(by), which, after)
