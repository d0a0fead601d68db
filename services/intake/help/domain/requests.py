"""A request for help and its life. Pure: no database, no network, no clock.

requested → taken → suggested → done; a declined suggestion takes it back to taken, and whatever has not ended
may be cancelled by its author.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from contracts.appointments import Level
from contracts.help import HelpEvent, HelpStatus, HelpSubject
from contracts.structure import CampaignDefined
from services.chassis import text as texts
from services.chassis.errors import Conflict, Gone, Invalid
from services.intake.core.domain import local

Status: Final = HelpStatus

OPEN = frozenset({Status.REQUESTED, Status.TAKEN, Status.SUGGESTED})
HELD = frozenset({Status.TAKEN, Status.SUGGESTED})
"""In these somebody helps."""

TEXT_LONGEST = 2_000
"""Characters of what is hard, and of a word to a suggestion."""

EXECUTORS_MOST = 10
"""Named for one request one after another: each gets a letter from us."""

KEPT = timedelta(days=90)
"""How long texts are kept after a request has ended."""

AnEvent = TypeVar("AnEvent", bound=HelpEvent)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who of the staff helps, and at which level."""

    account: UUID
    name: str
    level: Level


@dataclass(frozen=True, slots=True)
class Executor:
    """Who is named for one request alone, until it ends; `link`: the version of the link that opens it."""

    name: str
    email: str
    link: int


@dataclass(frozen=True, slots=True)
class Request:
    """A request as intake stores it. `subject_id`: the draft's or initiative's; `requested_by`: who of the
    staff asked in the author's place; `links`: how many executors were named so far; `text`: nothing once it
    is no longer kept."""

    id: UUID
    municipality: str
    campaign: str
    participant_id: UUID | None
    subject_kind: HelpSubject
    subject_id: UUID
    organization: UUID | None
    direction: str | None
    text: str | None
    requested_at: datetime
    due_at: datetime | None = None
    requested_by: UUID | None = None
    inquiry: UUID | None = None
    status: HelpStatus = Status.REQUESTED
    holder: Holder | None = None
    executor: Executor | None = None
    had_executor: bool = False
    links: int = 0
    taken_at: datetime | None = None
    suggested_at: datetime | None = None
    ended_at: datetime | None = None
    thanked_at: datetime | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.status in OPEN

    def is_late(self, now: datetime) -> bool:
        """Whether the promised time is over and nobody has helped yet."""
        return self.is_open and self.suggested_at is None and self.due_at is not None and now > self.due_at

    def take(self, by: Holder, now: datetime) -> "Request":
        """Somebody helps from now on; the same object where it is theirs already. Raises Conflict."""
        self._check_open()
        if self.holder and self.holder.account == by.account:
            return self
        status = Status.TAKEN if self.status is Status.REQUESTED else self.status
        return self._next(status=status, holder=by, taken_at=self.taken_at or now)

    def name_executor(self, name: str, email: str) -> "Request":
        """One is named, instead of whoever was; another link is good from now on. Raises Conflict."""
        self._check_held()
        if self.links >= EXECUTORS_MOST:
            raise Conflict("help-executors-many", limit=EXECUTORS_MOST)
        link = self.links + 1
        return self._next(executor=Executor(name, email, link), had_executor=True, links=link)

    def revoke_executor(self) -> "Request":
        """Nobody is named any more; the same object where nobody is. Raises Conflict."""
        self._check_held()
        return self._next(executor=None, had_executor=False) if self.executor else self

    def suggest(self, now: datetime) -> "Request":
        """The author is to answer. Raises Conflict."""
        self._check_held()
        return self._next(status=Status.SUGGESTED, suggested_at=self.suggested_at or now)

    def decline(self) -> "Request":
        """The author does not want what was suggested. Raises Conflict."""
        self._check_open()
        return self._next(status=Status.TAKEN)

    def finish(self, now: datetime) -> "Request":
        """Somebody has helped. Raises Conflict, also where nobody took it."""
        self._check_held()
        return self._ended(Status.DONE, now)

    def cancel(self, now: datetime) -> "Request":
        """Help is wanted no longer. Raises Conflict."""
        self._check_open()
        return self._ended(Status.CANCELLED, now)

    def thank(self, now: datetime) -> "Request":
        """The author says thank you; once is enough. Raises Conflict where nobody has helped."""
        if self.status is not Status.DONE:
            raise Conflict("help-not-done")
        return self if self.thanked_at else self._next(thanked_at=now)

    def opened_by(self, link: int) -> Executor:
        """The executor of a link. Raises Gone for one that is good no longer."""
        if not self.is_open or self.executor is None or self.executor.link != link:
            raise Gone("help-link-over")
        return self.executor

    def event(self, kind: type[AnEvent], campaign: CampaignDefined) -> AnEvent:
        """An event of the request as it is now."""

        def there(moment: datetime | None) -> datetime | None:
            return local(moment, campaign) if moment else None

        return kind(
            version=self.version,
            id=self.id,
            campaign=self.campaign,
            municipality=self.municipality,
            organization=self.organization,
            direction=self.direction,
            subject_kind=self.subject_kind,
            status=self.status,
            level=self.holder.level if self.holder else None,
            executor=self.had_executor,
            for_author=self.requested_by is not None,
            thanked=self.thanked_at is not None,
            requested_at=local(self.requested_at, campaign),
            due_at=there(self.due_at),
            taken_at=there(self.taken_at),
            suggested_at=there(self.suggested_at),
            ended_at=there(self.ended_at),
        )

    def _ended(self, status: HelpStatus, now: datetime) -> "Request":
        # Nobody needs the executor's address any more.
        return self._next(status=status, ended_at=now, executor=None)

    def _next(self, **changes: object) -> "Request":
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]

    def _check_open(self) -> None:
        if not self.is_open:
            raise Conflict("help-over")

    def _check_held(self) -> None:
        self._check_open()
        if self.status not in HELD:
            raise Conflict("help-not-taken")


def check_word(given: str, field: str) -> str:
    """What is hard, or a word to a suggestion, as it is stored; it may be nothing. Raises Invalid."""
    word = texts.several_lines(given)
    if len(word) > TEXT_LONGEST:
        raise Invalid("help-text-long", field=field, limit=TEXT_LONGEST, length=len(word))
    return word
