"""Write letters about orders; part of several commands."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.chassis import text
from services.chassis.db.pool import Db
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text as letter_text
from services.chassis.web.pages import moment
from services.hierarchy.accounts.store import accounts
from services.hierarchy.core.addresses import ORDERS
from services.hierarchy.core.authority import Acting
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.orders.domain.orders import REPORTS, Order, title_of
from services.hierarchy.orders.domain.tasks import Holder, Task
from services.hierarchy.orders.store import tasks
from services.hierarchy.orders.store.tasks import Reminder

ROOM = "services.hierarchy.orders"
KIND = "order"
LONGEST = 2_000
"""Signs of an order in a letter; all of it is on its page."""


async def write_issued(
    db: Db,
    entrance: Entrance,
    issued: Sequence[Order],
    holders: Sequence[Holder],
    zone: str,
    now: datetime,
    gone: str = "",
) -> None:
    """To each addressee once, whatever they hold; `gone`: whose work it was until now."""
    order, by_account = issued[0], {holder.account: holder for holder in holders}
    giver = order.on_behalf_of or order.issued_by or order.made_by
    given = {
        "giver": (await accounts.get(db, giver)).name,
        "number": order.number,
        "text": text.shortened(order.body, LONGEST),
        "due": moment(order.due_at, zone),
        "report": REPORTS[order.done_by],
        "url": f"{entrance.public_url}{ORDERS}/{order.id}",
        "times": len(issued),
        "gone": gone,
    }
    new = [
        Letter(each.email, *letter_text(ROOM, "issued", addressee=each.name, **given), KIND, each.account)
        for each in by_account.values()
    ]
    await letters.write_many(db, new, now)


async def write_returned(
    db: Db, entrance: Entrance, order: Order, task: Task, who: Acting, zone: str, now: datetime
) -> None:
    """To who has reported; whoever is appointed no more has a successor, who is written to as such."""
    given = {"reason": task.reason, "url": f"{entrance.public_url}{ORDERS}/{order.id}/report?task={task.id}"}
    to = await tasks.to_do(db, order, task.id)
    await _write(db, "returned", to, given | await _said(db, order, who, zone), now)


async def write_postponed(
    db: Db, entrance: Entrance, order: Order, reason: str, who: Acting, zone: str, now: datetime
) -> None:
    """To each who has something to do of it, once."""
    given = {"reason": reason, "url": f"{entrance.public_url}{ORDERS}/{order.id}"}
    to = await tasks.to_do(db, order)
    await _write(db, "postponed", to, given | await _said(db, order, who, zone), now)


async def _said(db: Db, order: Order, who: Acting, zone: str) -> dict[str, object]:
    name = (await accounts.get(db, who.on_behalf_of or who.account)).name
    return {"number": order.number, "title": order.title, "due": moment(order.due_at, zone), "who": name}


async def _write(db: Db, name: str, to: Collection[UUID], given: Mapping[str, object], now: datetime) -> None:
    new = [
        Letter(each.email, *letter_text(ROOM, name, addressee=each.name, **given), KIND, each.id)
        for each in (await accounts.some(db, to)).values()
    ]
    await letters.write_many(db, new, now)


async def write_reminders(
    db: Db, entrance: Entrance, found: Sequence[Reminder], zone: str, now: datetime
) -> int:
    """To each person once, of all that is due; how many were written to."""
    lines: dict[object, list[str]] = {}
    for each in found:
        when = "срок прошёл" if each.due_at < now else "до"
        line = f"№ {each.number}, {when} {moment(each.due_at, zone)}: {title_of(each.body)}"
        mine = lines.setdefault(each.account, [])
        if line not in mine:
            mine.append(line)
    known = await accounts.some(db, {each.account for each in found})
    new = []
    for account in known.values():
        url = f"{entrance.public_url}{ORDERS}"
        said = letter_text(ROOM, "reminder", addressee=account.name, orders=lines[account.id], url=url)
        new.append(Letter(account.email, *said, KIND, account.id))
    await letters.write_many(db, new, now)
    return len(new)
