"""Our list beside the platform's: how many there are of each, and what is only here and only there."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime

from contracts.initiatives import InitiativeStatus
from services.intake.federal.domain.linking import How


@dataclass(frozen=True, slots=True)
class Counts:
    """Ours that were submitted and put forward, theirs, those that are the same, and what differs."""

    submitted: int = 0
    put_forward: int = 0
    theirs: int = 0
    matched: int = 0
    only_here: int = 0
    only_there: int = 0

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not (self.only_here or self.only_there)


def total(of: Iterable[Counts]) -> Counts:
    """The sum."""
    columns = zip(*map(astuple, of), strict=True)
    return Counts(*map(sum, columns))


@dataclass(frozen=True, slots=True)
class OnlyHere:
    """What we put forward and the platform does not list: its number alone."""

    number: int
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class OnlyThere:
    """A row of the platform that is none of ours. `own`: the number of ours that it says."""

    number: str
    dated: date | None
    status: str
    own: int | None


@dataclass(frozen=True, slots=True)
class Matched:
    """A row of the platform that is one of ours."""

    number: str
    dated: date | None
    status: str
    linked: How
    ours: int
    ours_status: InitiativeStatus


@dataclass(frozen=True, slots=True)
class Differing:
    """What is only here (`number` is none) or only there, of many municipalities."""

    municipality: str
    ours: int | None
    submitted_at: datetime | None
    number: str | None
    dated: date | None
    status: str | None


@dataclass(frozen=True, slots=True)
class Exported:
    """One of ours as it stands on the platform, or is to stand."""

    municipality: str
    own: int
    number: str | None
    dated: date | None
    status: str | None
