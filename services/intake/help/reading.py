"""Requests for help as their authors, the staff and executors see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.differences import Part, differences
from services.chassis.errors import NotFound
from services.chassis.links import Link
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, places_of
from services.intake.core.domain import Author
from services.intake.help.domain.line import Line
from services.intake.help.domain.requests import HELD, Request, Status
from services.intake.help.domain.suggestions import Suggestion, open_one
from services.intake.help.store import authors, requests, subjects, suggestions
from services.intake.help.store.subjects import Subject

OPEN_MOST, ENDED_SHOWN, ENDED_READ = 1000, 20, 200


@dataclass(frozen=True, slots=True)
class Helped:
    """A request, its text as it is now, and all that was suggested; `subject`: nothing once that is gone."""

    request: Request
    subject: Subject | None
    suggestions: Sequence[Suggestion]

    @property
    def waiting(self) -> Suggestion | None:
        """What its author has not answered yet."""
        return open_one(self.suggestions) if self.request.is_open else None

    @property
    def answered(self) -> list[Suggestion]:
        """All but that, the last one first."""
        return [each for each in reversed(self.suggestions) if each is not self.waiting]

    @property
    def is_newer(self) -> bool:
        """Whether the text was changed since the suggestion that waits was written."""
        one = self.waiting
        return bool(one and self.subject and one.base_version != self.subject.wording.version)

    @property
    def title(self) -> list[Part]:
        """What the suggestion that waits changes in the title."""
        one = self.waiting
        return differences(self.subject.wording.title, one.title) if one and self.subject else []

    @property
    def text(self) -> list[Part]:
        """The same in the text."""
        one = self.waiting
        return differences(self.subject.wording.text, one.text) if one and self.subject else []


@dataclass(frozen=True, slots=True)
class OfLine:
    """The same for somebody of its line: at which level they help, whether they have taken it, and whether
    letters reach the author."""

    helped: Helped
    level: Level
    mine: bool
    written_to: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in a list; `for_me`: it waits for the viewer; `first`: for which level it waits."""

    request: Request
    first: Level
    for_me: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are in one's line: nobody has taken, somebody has, the author is to answer, are late;
    and of those that ended, with help and with thanks."""

    requested: int = 0
    taken: int = 0
    suggested: int = 0
    late: int = 0
    done: int = 0
    thanked: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What has not ended in one's line, the oldest first, and what has lately."""

    open: Sequence[Listed]
    ended: Sequence[Listed]
    counts: Counts

    @property
    def for_me(self) -> list[Listed]:
        """What waits for the viewer."""
        return [each for each in self.open if each.for_me]

    @property
    def others(self) -> list[Listed]:
        """What somebody else is to do."""
        return [each for each in self.open if not each.for_me]


def line_of(known: Subordination, request: Request, now: datetime) -> Line:
    """The line of a request at a moment. Raises NotFound without a campaign."""
    group = known.group_for(request.municipality, None, request.organization, now)
    return Line(request.municipality, request.organization, group.id if group else None)


async def own_help(pool: Pool, who: Author, id_: UUID, now: datetime) -> Helped:
    """One of an author's. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        request = await requests.own(db, who, id_)
        found = await subjects.find(db, request, now)
        return Helped(request, found, await suggestions.of_request(db, request))


async def last_of(pool: Pool, who: Author, subject: UUID) -> Request | None:
    """An author's last request for a draft or an initiative."""
    async with pool.acquire() as db, db.transaction():
        return await requests.last_of(db, who, subject)


async def all_own(pool: Pool, who: Author) -> list[Request]:
    """Everything that an author has asked, the latest first."""
    async with pool.acquire() as db, db.transaction():
        return await requests.of_participant(db, who)


async def help_of_line(pool: Pool, known: Subordination, by: Staff, id_: UUID, now: datetime) -> OfLine:
    """One of somebody's line. Raises NotFound."""
    places = places_of(by, Deed.HELP)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places)
        request = await requests.one_of(db, places, id_)
        level = line_of(known, request, now).level_of(by.grants)
        if level is None:
            raise NotFound("help-unknown")
        found = await subjects.find(db, request, now)
        helped = Helped(request, found, await suggestions.of_request(db, request))
        address = await authors.address_of(db, request)
    mine = request.holder is not None and request.holder.account == by.account
    return OfLine(helped, level, mine, bool(address))


async def help_by_link(pool: Pool, link: Link, now: datetime) -> Helped:
    """The one that a link opens, with what its executor suggested. Raises Gone for one that is good no
    longer."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, link.tenant)
        request = await requests.one_of(db, [link.tenant], link.id)
        request.opened_by(link.version)
        found = await subjects.find(db, request, now)
        said = await suggestions.of_request(db, request)
    return Helped(request, found, [each for each in said if each.account is None])


async def listing(pool: Pool, known: Subordination, by: Staff, now: datetime) -> Listing:
    """Everything of somebody's lines in the open campaign. Raises NotFound without one."""
    campaign, places = known.campaign.id, places_of(by, Deed.HELP)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places)
        opened = await requests.open_in(db, places, campaign, OPEN_MOST)
        ended = await requests.ended_in(db, places, campaign, ENDED_READ)
        counted = await requests.ended_counts(db, places, campaign)
        coordinated = await requests.coordinated(db, {each.organization for each in opened}, now)

    def listed(request: Request) -> Listed | None:
        line = line_of(known, request, now)
        level, first = line.level_of(by.grants), line.first(coordinated)
        return Listed(request, first, _is_for(request, by, level is first)) if level else None

    def of_line(municipality: str, organization: UUID | None) -> bool:
        group = known.group_for(municipality, None, organization, now)
        line = Line(municipality, organization, group.id if group else None)
        return line.level_of(by.grants) is not None

    shown = [each for request in opened if (each := listed(request))]
    over = [each for each in counted if of_line(each.municipality, each.organization)]
    states = [each.request.status for each in shown]
    return Listing(
        shown,
        [each for request in ended if (each := listed(request))][:ENDED_SHOWN],
        Counts(
            states.count(Status.REQUESTED),
            states.count(Status.TAKEN),
            states.count(Status.SUGGESTED),
            sum(each.request.is_late(now) for each in shown),
            sum(each.done for each in over),
            sum(each.thanked for each in over),
        ),
    )


def _is_for(request: Request, by: Staff, is_first: bool) -> bool:
    if request.status in HELD:
        mine = request.holder is not None and request.holder.account == by.account
        return mine and request.status is Status.TAKEN
    return request.status is Status.REQUESTED and is_first
