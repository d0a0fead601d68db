"""Pages: what one was ordered, and what one has ordered."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db
from services.chassis.errors import Refused
from services.chassis.web.forms import from_here, uuid_of
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import ORDERS
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import campaigns
from services.hierarchy.orders.commands.issue_order import givers
from services.hierarchy.orders.commands.look_at_order import given_by
from services.hierarchy.orders.domain.orders import STATES, check_giving
from services.hierarchy.orders.domain.tasks import OPEN
from services.hierarchy.orders.domain.tasks import STATES as TASK_STATES
from services.hierarchy.orders.store import orders, tasks
from services.hierarchy.orders.store.orders import Given
from services.hierarchy.orders.store.tasks import Mine

AT_ONCE = 50
OWN, GIVEN = "own", "given"
FILTERS = {
    OWN: {"": "Все", "open": "Не сделаны", "overdue": "Просрочены", "over": "Закрыты"},
    GIVEN: {
        "": "Все",
        "open": "В работе",
        "overdue": "Просрочены",
        "reported": "Ждут проверки",
        "prepared": "Ждут подписи",
        "over": "Закрыты",
    },
}


class OrderLists(Controller):
    """All orders that somebody has, gives, or sees below."""

    path = ORDERS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def list_(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """`tab`: own or given; `which` of them; behind which one (`after`)."""
        async with visit.pool.acquire() as db, db.transaction():
            wanted = await given_by(db, visit.who)
            above = bool(wanted.codes or wanted.groups)
            waiting = await tasks.waiting_for(db, visit.who.account)
            tab = _tab(visit, above, bool(waiting))
            which = visit.query.get("which", "")
            which = which if which in FILTERS[tab] else ""
            found = await _found(db, visit, tab, which)
            campaign = await campaigns.now_open(db)
        last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else ""
        address = f"{ORDERS}?{urlencode({'tab': tab, 'which': which})}"
        return await visit.page(
            "orders/list.html",
            tab=tab,
            which=which,
            filters=FILTERS[tab],
            found=found[:AT_ONCE],
            above=above,
            gives=bool(givers(visit.who)),
            open_now=_is_open(campaign, visit.now),
            more=f"{address}&after={last}" if last else "",
            states=STATES,
            task_states=TASK_STATES,
            open_states=OPEN,
            titles=TITLES,
            moment_now=visit.now,
        )


def _tab(visit: Visit[Staff], above: bool, waits: bool) -> str:
    """Whoever gives orders and has none to do comes for those that are given."""
    if not above:
        return OWN
    asked = visit.query.get("tab", "")
    return asked if asked in FILTERS else OWN if waits else GIVEN


async def _found(db: Db, visit: Visit[Staff], tab: str, which: str) -> Sequence[Mine | Given]:
    after = uuid_of(visit.query.get("after", ""))
    if tab == OWN:
        return await tasks.mine(db, visit.who.account, which, visit.now, after, AT_ONCE + 1)
    wanted = await given_by(db, visit.who, which, after)
    return await orders.given(db, wanted, visit.now, AT_ONCE + 1)


def _is_open(campaign: CampaignDefined | None, now: datetime) -> bool:
    """Whether new orders are given now."""
    try:
        check_giving(campaign, now)
    except Refused:
        return False
    return True
