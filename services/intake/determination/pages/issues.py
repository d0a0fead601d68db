"""Pages: the key issues of municipalities, and which initiatives belong to them."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db import tenancy
from services.chassis.errors import Forbidden, NotFound
from services.chassis.web.forms import Option, from_here, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, places_of
from services.intake.core.office import OFFICE
from services.intake.determination import queue
from services.intake.determination.commands.keep_issue import (
    Closing,
    NewIssue,
    Renaming,
    add_issue,
    close_issue,
    rename_issue,
)
from services.intake.determination.commands.mark_initiative import (
    Mark,
    mark_initiative,
    unmark_initiative,
)
from services.intake.determination.domain.issues import NAME_LONGEST
from services.intake.determination.queue import HERE
from services.intake.determination.store import issues

ISSUES = f"{HERE}/issues"
NOT_CHOSEN = UUID(int=0)
"""No key issue has this id."""


class IssuePages(Controller):
    """The list of key issues, which the first level keeps."""

    path = ISSUES
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE

    @get()
    async def list_(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Response[str]:
        """By municipality, the open ones first."""
        return await _issues(visit, known)

    @post()
    async def add(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Subordination]
    ) -> Answer:
        """Another one."""
        form, places = await visit.sent(), _places(visit)
        async with visit.refusing():
            place = form.of("municipality") or (places[0] if len(places) == 1 else "")
            given = NewIssue(place, form.of("name"))
            await add_issue(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(ISSUES, done="added")
        return await _issues(visit, known)

    @post("/{issue_id:uuid}/name")
    async def rename(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        issue_id: FromPath[UUID],
    ) -> Answer:
        """Another name for it."""
        form = await visit.sent()
        async with visit.refusing():
            given = Renaming(issue_id, form.of("name"))
            await rename_issue(visit.pool, visit.who, given, await visit.moment())
            return visit.go(ISSUES, done="renamed")
        return await _issues(visit, known)

    @post("/{issue_id:uuid}/closing")
    async def close(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Subordination],
        issue_id: FromPath[UUID],
    ) -> Answer:
        """It is offered no longer."""
        await visit.sent()
        async with visit.refusing():
            await close_issue(visit.pool, visit.who, Closing(issue_id), await visit.moment())
            return visit.go(ISSUES, done="closed")
        return await _issues(visit, known)


class MarkPages(Controller):
    """Which key issues an initiative belongs to."""

    path = f"{HERE}/{{initiative_id:uuid}}/marks"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    dependencies = OFFICE

    @post()
    async def mark(self, visit: NamedDependency[Visit[Staff]], initiative_id: FromPath[UUID]) -> Answer:
        """It belongs to one more."""
        form = await visit.sent()
        given = Mark(initiative_id, uuid_of(form.of("issue")) or NOT_CHOSEN)
        await mark_initiative(visit.pool, visit.who, given, await visit.moment())
        return visit.go(f"{HERE}/{initiative_id}{queue.carried(visit.query)}", done="marked")

    @post("/{issue_id:uuid}/removal")
    async def unmark(
        self,
        visit: NamedDependency[Visit[Staff]],
        initiative_id: FromPath[UUID],
        issue_id: FromPath[UUID],
    ) -> Answer:
        """It does not belong to it."""
        await visit.sent()
        given = Mark(initiative_id, issue_id)
        await unmark_initiative(visit.pool, visit.who, given, await visit.moment())
        return visit.go(f"{HERE}/{initiative_id}{queue.carried(visit.query)}", done="unmarked")


def _places(visit: Visit[Staff]) -> list[str]:
    places = sorted(places_of(visit.who, Deed.KEEP_ISSUES))
    if not places:
        seen = places_of(visit.who, Deed.SEE)
        raise Forbidden("not-yours-to-keep-issues") if seen else NotFound("not-found")
    return places


async def _issues(visit: Visit[Staff], known: Subordination) -> Response[str]:
    places, campaign = _places(visit), known.campaign
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places)
        found = await issues.every(db, places, campaign.id)
    name_of = known.picture.name_of
    return await visit.page(
        "determination/issues.html",
        groups=[(name_of(place), [each for each in found if each.municipality == place]) for place in places],
        places=[Option(place, name_of(place)) for place in places],
        longest=NAME_LONGEST,
        done=visit.query.get("done", ""),
    )
