"""Pages: a new question, and what was answered to the same before."""

from collections.abc import Sequence

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from services.chassis.web.forms import LONGEST_FORM, Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.addresses import QUESTIONS
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.questions.commands.ask_question import NewQuestion, ask_question, look_at_asking
from services.hierarchy.questions.domain.typed import words_of
from services.hierarchy.questions.reading import readership
from services.hierarchy.questions.store import questions
from services.hierarchy.questions.store.questions import Published

ALIKE = 5
"""Answers that are shown beside what is typed."""


class AskingPages(Controller):
    """A new question."""

    path = QUESTIONS + "/new"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def blank(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """An empty question, or one about something (`direction`, `initiative`)."""
        visit.form.values |= {name: visit.query.get(name, "")[:500] for name in ("direction", "initiative")}
        return await _page(visit)

    @post()
    async def ask(self, visit: NamedDependency[Visit[Staff]], entrance: NamedDependency[Entrance]) -> Answer:
        """It is asked; with `find`, the page shows what was answered to the same before."""
        form = await visit.sent()
        if form.of("find"):
            return await _page(visit)
        async with visit.refusing():
            given = NewQuestion(
                form.of("text"), form.of("direction"), form.of("initiative"), uuid_of(form.of("capacity"))
            )
            done = await ask_question(visit.pool, entrance, visit.who, given, await visit.moment())
            return visit.go(f"{QUESTIONS}/{done.id}", done="asked")
        return await _page(visit)

    @post("/alike")
    async def alike(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """What was answered to the same before, alone: a script asks for it while one types."""
        form = await visit.sent()
        found = await _alike(visit)
        return await visit.page("questions/alike.html", alike=found, sought=bool(words_of(form.of("text"))))


async def _alike(visit: Visit[Staff]) -> Sequence[Published]:
    words = words_of(visit.form.of("text"))
    if not words:
        return []
    async with visit.pool.acquire() as db, db.transaction():
        return await questions.alike(db, await readership(db, visit.who), "", words, ALIKE)


async def _page(visit: Visit[Staff]) -> Response[str]:
    async with visit.pool.acquire() as db, db.transaction():
        asking = await look_at_asking(db, visit.who, visit.now)
    own = [each.holder for each in asking.own]
    return await visit.page(
        "questions/new.html",
        capacities=[Option(str(each.appointment), f"{TITLES[each.role]}, {each.place}") for each in own]
        if len(own) > 1
        else [],
        directions=[Option(term.code, term.name) for term in asking.campaign.directions],
        alike=await _alike(visit),
        sought=bool(visit.form.of("find")),
    )
