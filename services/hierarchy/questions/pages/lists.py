"""Pages: what one has asked, what one is to answer, and the answers that are published."""

from collections.abc import Sequence
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from contracts.appointments import Level
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.text import one_line
from services.chassis.web.forms import from_here, uuid_of
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import QUESTIONS
from services.hierarchy.core.store import campaigns
from services.hierarchy.core.tenants import around
from services.hierarchy.questions.domain.questions import STATES
from services.hierarchy.questions.domain.typed import MOST_TYPED, words_of
from services.hierarchy.questions.reading import held_by, readership, scopes
from services.hierarchy.questions.store import questions
from services.hierarchy.questions.store.questions import Held, Listed, Published

AT_ONCE = 50
OWN, HELD, PUBLISHED = "own", "held", "published"
TABS = {OWN: "Мои вопросы", HELD: "Ответить", PUBLISHED: "Ответы на вопросы"}
OVERDUE, BELOW = "overdue", "below"
FILTERS = {
    OWN: {"": "Все", "open": "Ждут ответа", "answered": "Есть ответ"},
    HELD: {"": "Ждут вас", OVERDUE: "Просрочены", BELOW: "У других", "over": "Закрыты", "all": "Все"},
    PUBLISHED: {},
}
LEVELS = {Level.COORDINATION: "у координационной группы", Level.HEAD: "у главы"}


class QuestionLists(Controller):
    """All questions that somebody has asked, holds or sees below, and published answers."""

    path = QUESTIONS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def list_(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """`tab`: own, held or published; `which` of them; `q`: by words, `direction`: of published answers;
        behind which one (`after`)."""
        asked = {name: visit.query.get(name, "")[:MOST_TYPED] for name in ("which", "q", "direction")}
        query = {name: one_line(typed) for name, typed in asked.items()}
        async with visit.pool.acquire() as db, db.transaction():
            held = await held_by(db, visit.who)
            tabs = _tabs(visit.who, held)
            tab = visit.query.get("tab", "")
            tab = tab if tab in tabs else next(iter(tabs))
            query["which"] = query["which"] if query["which"] in FILTERS[tab] else ""
            found = await _found(db, visit, tab, held, query)
            campaign = await campaigns.current(db)
        last = found[AT_ONCE - 1].id if len(found) > AT_ONCE else ""
        address = f"{QUESTIONS}?{urlencode({'tab': tab, **{n: v for n, v in query.items() if v}})}"
        visit.form.values |= query
        return await visit.page(
            "questions/list.html",
            tab=tab,
            tabs=tabs,
            which=query["which"],
            filters=FILTERS[tab],
            found=found[:AT_ONCE],
            asks=bool(scopes(visit.who)),
            more=f"{address}&after={last}" if last else "",
            states=STATES,
            levels=LEVELS,
            directions=[(term.code, term.name) for term in campaign.directions] if campaign else [],
            moment_now=visit.now,
        )


def _tabs(who: Staff, held: Held) -> dict[str, str]:
    """Whoever answers comes for what waits; the others for what they have asked."""
    offered = {HELD: held.any, OWN: bool(scopes(who)), PUBLISHED: True}
    return {tab: TABS[tab] for tab, there in offered.items() if there}


async def _found(
    db: Db, visit: Visit[Staff], tab: str, held: Held, query: dict[str, str]
) -> Sequence[Listed | Published]:
    after, which = uuid_of(visit.query.get("after", "")), query["which"]
    if tab == OWN:
        await tenancy.see(db, *around(visit.who))
        return await questions.mine(db, scopes(visit.who), which, after, AT_ONCE + 1)
    if tab == HELD:
        return await questions.held(db, held, visit.who.account, which, visit.now, after, AT_ONCE + 1)
    reads = await readership(db, visit.who)
    if words := words_of(query["q"]):
        return await questions.alike(db, reads, query["direction"], words, AT_ONCE)
    return await questions.published(db, reads, query["direction"], after, AT_ONCE + 1)
