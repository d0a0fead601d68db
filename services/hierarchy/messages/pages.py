"""Pages: with whom one has written, and what."""

from collections.abc import Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db.idempotency import Moment
from services.chassis.text import one_line
from services.chassis.web.forms import LONGEST_FORM, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.russian import search_text
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import MESSAGES
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.messages.commands.read_messages import read_messages
from services.hierarchy.messages.commands.send_message import NewMessage, send_message
from services.hierarchy.messages.reading import Contact, contacts
from services.hierarchy.messages.store import messages

AT_ONCE, MOST_SHOWN = 50, 100


class MessagePages(Controller):
    """Messages."""

    path = MESSAGES
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def list_(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """Conversations behind one (`after`), and to whom one may write: `q`, a part of a name."""
        part = one_line(visit.query.get("q", "")[:200])
        async with visit.pool.acquire() as db, db.transaction():
            beside = await contacts(db, visit.who)
            after = uuid_of(visit.query.get("after", ""))
            found = await messages.conversations(db, visit.who.account, after, AT_ONCE + 1)
        last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else ""
        named = _named(beside, part)
        return await visit.page(
            "messages/list.html",
            found=found[:AT_ONCE],
            more=f"{MESSAGES}?after={last}" if last else "",
            beside=named[:MOST_SHOWN],
            more_beside=len(named) > MOST_SHOWN,
            anybody=bool(beside),
            q=part,
            titles=TITLES,
        )

    @get("/{id_:uuid}")
    async def one(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """What was written with somebody, by their account; it is read then."""
        return await _page(visit, id_)

    @post("/{id_:uuid}")
    async def send(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """A message to them."""
        form = await visit.sent()
        async with visit.refusing():
            given = NewMessage(id_, form.of("text"))
            await send_message(visit.pool, visit.who, given, await visit.moment())
            return visit.go(f"{MESSAGES}/{id_}")
        return await _page(visit, id_)


def _named(beside: Mapping[UUID, Contact], part: str) -> list[Contact]:
    sought = search_text(part)
    named = (
        each for each in beside.values() if sought in search_text(f"{each.holder.name} {each.holder.place}")
    )
    return sorted(named, key=lambda each: (each.holder.name, each.holder.place))


async def _page(visit: Visit[Staff], id_: UUID) -> Response[str]:
    after = uuid_of(visit.query.get("after", ""))
    opened = await read_messages(visit.pool, visit.who, id_, Moment(visit.now), after, AT_ONCE + 1)
    last = opened.found[AT_ONCE - 1].id if len(opened.found) > AT_ONCE else ""
    address = f"{MESSAGES}/{id_}"
    return await visit.page(
        "messages/one.html",
        opened=opened,
        found=opened.found[:AT_ONCE],
        more=f"{address}?after={last}" if last else "",
        me=visit.who.account,
        address=address,
        titles=TITLES,
    )
