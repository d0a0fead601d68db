"""Which counters an aggregate adds to. Pure: rolling up and recounting both stand on this."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, NamedTuple, TypeAlias

from pydantic import AwareDatetime, Field, StringConstraints

from contracts import initiatives, participants
from contracts.event import MunicipalityCode, Slug

REGISTERED: Final = "registered"
SUBMITTED: Final = "submitted"
COUNTERS = (REGISTERED, SUBMITTED)

HOUR, ORGANIZATION, DIRECTION = "hour", "organization", "direction"
CLASSIFIER: Final = "classifier:"
NO_ORGANIZATION = "-"


class Key(NamedTuple):
    """One counter: whose, of which family, for which value of its dimension."""

    campaign: str
    municipality: str
    family: str
    key: str
    counter: str


@dataclass(slots=True, kw_only=True)
class Fact:
    """A participant or an initiative: all that is counted of it."""

    counter: str
    id: str
    version: int
    campaign: str
    municipality: str
    organization: str | None
    direction: str | None
    classifiers: dict[str, str]
    happened_at: datetime
    local_time: str
    """The same moment by the region's clock, from its date to its hour at the least."""

    @property
    def hour(self) -> str:
        """`2026-02-14T15`, in the region's own time."""
        return self.local_time[:13]


Id = Annotated[
    str, StringConstraints(to_lower=True, pattern="(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
]
"""A UUID as text: an object for each would cost more than all else that is done with an event."""

Local = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:")]
"""A moment as text with the region's offset."""


@dataclass(slots=True, kw_only=True)
class Told(Fact):
    """What is read of any event that is counted."""

    id: Id
    version: Annotated[int, Field(ge=1)]
    campaign: Slug
    municipality: MunicipalityCode
    organization: Id | None = None
    classifiers: dict[Slug, Slug]


@dataclass(slots=True, kw_only=True)
class Submission(Told):
    """What is read of an initiative's event."""

    counter: str = field(init=False, default=SUBMITTED)
    direction: Slug
    happened_at: Annotated[AwareDatetime, Field(validation_alias="submitted_at")]
    local_time: Annotated[Local, Field(validation_alias="submitted_at")]


@dataclass(slots=True, kw_only=True)
class Registration(Told):
    """What is read of a participant's event."""

    counter: str = field(init=False, default=REGISTERED)
    direction: None = field(init=False, default=None)
    happened_at: Annotated[AwareDatetime, Field(validation_alias="registered_at")]
    local_time: Annotated[Local, Field(validation_alias="registered_at")]


SUBMISSIONS = dict.fromkeys((event.type for event in initiatives.EVENTS), Submission)
REGISTRATIONS = dict.fromkeys((event.type for event in participants.EVENTS), Registration)
"""Event type → what is read of it."""

Deltas: TypeAlias = "dict[Key, int]"


def latest(facts: Iterable[Fact]) -> dict[str, Fact]:
    """The highest version of each fact, by its id."""
    found: dict[str, Fact] = {}
    for fact in facts:
        if fact.id not in found or found[fact.id].version < fact.version:
            found[fact.id] = fact
    return found


def deltas(changes: Iterable[tuple[Fact | None, Fact]]) -> Deltas:
    """f(new) − f(old) over a batch of changes (old, new), without what cancels out."""
    sums: dict[tuple[str, str, str, str, str], int] = defaultdict(int)
    for old, new in changes:
        if old is not None:
            _count(old, -1, sums)
        _count(new, 1, sums)
    return {Key(*key): n for key, n in sums.items() if n}


def _count(fact: Fact, n: int, sums: dict[tuple[str, str, str, str, str], int]) -> None:
    """Add `n` to every counter of a fact. Plain tuples: this is done for every event."""
    campaign, municipality, counter = fact.campaign, fact.municipality, fact.counter
    sums[campaign, municipality, ORGANIZATION, fact.organization or NO_ORGANIZATION, counter] += n
    sums[campaign, municipality, HOUR, fact.hour, counter] += n
    if fact.direction is not None:
        sums[campaign, municipality, DIRECTION, fact.direction, counter] += n
    for classifier, value in fact.classifiers.items():
        sums[campaign, municipality, CLASSIFIER + classifier, value, counter] += n


def recount(facts: Iterable[Fact]) -> Deltas:
    """Every counter, counted anew from the facts."""
    return deltas((None, fact) for fact in facts)
