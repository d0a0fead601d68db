"""Which counters an aggregate adds to. Pure: rolling up and recounting both stand on this."""

from collections import Counter, defaultdict
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
FIRST_TIME: Final = "first_time"

HOUR, ORGANIZATION, DIRECTION, STATUS = "hour", "organization", "direction", "status"
DIRECTION_STATUS: Final = "direction-status"
"""Of both: its keys are `roads/accepted`. No slug has a slash."""

LEVEL, ORIGIN, IN_TIME = "level", "origin", "in-time"
PARTIAL = (LEVEL, ORIGIN, IN_TIME)
"""Families of what only some initiatives have: they do not add up to all of them."""

LIFE = (STATUS, *PARTIAL)
"""What is kept in memory of initiatives' lives."""

CLASSIFIER: Final = "classifier:"
NO_ORGANIZATION = "-"

FEWEST = 5
"""Groups under five initiators are not broken down outside the line of subordination (product.md, rule 8)."""
YES, NO = "yes", "no"


Name: TypeAlias = tuple[str, str]
"""Municipality and id."""


class Key(NamedTuple):
    """One counter: whose, of which family, for which value of its dimension."""

    campaign: str
    municipality: str
    family: str
    key: str
    counter: str


class Share(NamedTuple):
    """What an organization has on a day of what no counter is kept of: the projection itself says it."""

    campaign: str
    organization: str
    day: str
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
    status: str | None = None
    origin: str | None = None
    """The level that wrote it, where that is a body."""
    decided_by: str | None = None
    in_time: bool | None = None
    participant: str | None = None
    """Its author, where that is a person: whose first one it is, is known by nothing else."""
    left: bool = False
    """It counts in another municipality, or was merged: here it stands with its version alone, and counts
    nowhere."""

    @property
    def name(self) -> "Name":
        """What it is known by: who moved from one municipality to another is a fact of each."""
        return self.municipality, self.id

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
    left: bool = field(init=False, default=False)


@dataclass(slots=True, kw_only=True)
class Submission(Told):
    """What is read of an initiative's event."""

    counter: str = field(init=False, default=SUBMITTED)
    direction: Slug
    happened_at: Annotated[AwareDatetime, Field(validation_alias="submitted_at")]
    local_time: Annotated[Local, Field(validation_alias="submitted_at")]
    status: Slug
    """Any: one that is told of later than this was written is counted by its own name."""
    origin: Slug | None = None
    decided_by: Slug | None = None
    in_time: bool | None = None
    participant: Id | None = None


@dataclass(slots=True, kw_only=True)
class Departure(Submission):
    """An initiative that counts in another municipality from now on."""

    left: bool = field(init=False, default=True)


@dataclass(slots=True, kw_only=True)
class Registration(Told):
    """What is read of a participant's event."""

    counter: str = field(init=False, default=REGISTERED)
    direction: None = field(init=False, default=None)
    happened_at: Annotated[AwareDatetime, Field(validation_alias="registered_at")]
    local_time: Annotated[Local, Field(validation_alias="registered_at")]
    status: None = field(init=False, default=None)
    origin: None = field(init=False, default=None)
    decided_by: None = field(init=False, default=None)
    in_time: None = field(init=False, default=None)
    participant: None = field(init=False, default=None)


@dataclass(slots=True, kw_only=True)
class Removal(Registration):
    """A participant who counts in another municipality from now on, or as another participant."""

    left: bool = field(init=False, default=True)


SUBMISSIONS: dict[str, type[Submission]] = {
    **dict.fromkeys((event.type for event in initiatives.EVENTS), Submission),
    initiatives.InitiativeLeft.type: Departure,
}
REGISTRATIONS: dict[str, type[Registration]] = {
    **dict.fromkeys((event.type for event in participants.EVENTS), Registration),
    participants.ParticipantLeft.type: Removal,
    participants.ParticipantMerged.type: Removal,
}
"""Event type → what is read of it."""

Deltas: TypeAlias = "dict[Key, int]"


def latest(facts: Iterable[Fact]) -> dict[Name, Fact]:
    """The highest version of each fact, by its name: a stream is of many municipalities, and one batch may
    tell of both between which something moved."""
    found: dict[Name, Fact] = {}
    for fact in facts:
        name = fact.municipality, fact.id
        known = found.get(name)
        if known is None or known.version < fact.version:
            found[name] = fact
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
    if fact.left:
        return
    campaign, municipality, counter = fact.campaign, fact.municipality, fact.counter
    sums[campaign, municipality, ORGANIZATION, fact.organization or NO_ORGANIZATION, counter] += n
    sums[campaign, municipality, HOUR, fact.hour, counter] += n
    if fact.direction is not None:
        sums[campaign, municipality, DIRECTION, fact.direction, counter] += n
    if fact.status is not None:
        sums[campaign, municipality, STATUS, fact.status, counter] += n
        if fact.direction is not None:
            both = f"{fact.direction}/{fact.status}"
            sums[campaign, municipality, DIRECTION_STATUS, both, counter] += n
    if fact.decided_by is not None or fact.origin is not None or fact.in_time is not None:
        for family, key in _partial(fact):
            sums[campaign, municipality, family, key, counter] += n
    for classifier, value in fact.classifiers.items():
        sums[campaign, municipality, CLASSIFIER + classifier, value, counter] += n


def _partial(fact: Fact) -> Iterable[tuple[str, str]]:
    if fact.decided_by is not None:
        yield LEVEL, fact.decided_by
    if fact.origin is not None:
        yield ORIGIN, fact.origin
    if fact.in_time is not None:
        yield IN_TIME, YES if fact.in_time else NO


def recount(facts: Iterable[Fact]) -> Deltas:
    """Every counter, counted anew from the facts."""
    return deltas((None, fact) for fact in facts)


def first_times(facts: Iterable[Fact]) -> Counter[Share]:
    """How many participants submitted their first initiative of a campaign, by the organization and day of
    that initiative, wherever the others are."""
    first: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        if fact.participant is None or fact.left:
            continue
        known = first.setdefault((fact.campaign, fact.participant), fact)
        if (fact.happened_at, fact.id) < (known.happened_at, known.id):
            first[fact.campaign, fact.participant] = fact
    return Counter(
        Share(fact.campaign, fact.organization, fact.hour[:10], FIRST_TIME)
        for fact in first.values()
        if fact.organization
    )
