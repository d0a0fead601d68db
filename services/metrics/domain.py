"""Which counters an aggregate adds to. Pure: rolling up and recounting both stand on this."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent

REGISTERED, SUBMITTED = "registered", "submitted"
COUNTERS = (REGISTERED, SUBMITTED)

HOUR, ORGANIZATION, DIRECTION = "hour", "organization", "direction"
NO_ORGANIZATION = "-"


class Key(NamedTuple):
    """One counter: whose, of which family, for which value of its dimension."""

    campaign: str
    municipality: str
    family: str
    key: str
    counter: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A participant or an initiative as the projection keeps it: all that is counted of it."""

    counter: str
    id: UUID
    version: int
    campaign: str
    municipality: str
    organization: UUID | None
    direction: str | None
    classifiers: dict[str, str]
    happened_at: datetime
    hour: str


Deltas: TypeAlias = "Counter[Key]"


def fact_of(event: InitiativeEvent | ParticipantEvent) -> Fact:
    """What is counted of an event's aggregate. The local part of its time is its bucket."""
    initiative = isinstance(event, InitiativeEvent)
    at = event.submitted_at if isinstance(event, InitiativeEvent) else event.registered_at
    return Fact(
        counter=SUBMITTED if initiative else REGISTERED,
        id=event.id,
        version=event.version,
        campaign=event.campaign,
        municipality=event.municipality,
        organization=event.organization,
        direction=event.direction if isinstance(event, InitiativeEvent) else None,
        classifiers=dict(event.classifiers),
        happened_at=at,
        hour=bucket(at),
    )


def bucket(at: datetime) -> str:
    """The hour of a moment in its own offset: `2026-02-14T15`."""
    return f"{at:%Y-%m-%dT%H}"


def keys_of(fact: Fact) -> Iterator[Key]:
    """Every counter that a fact adds one to."""
    whose = (fact.campaign, fact.municipality)
    yield Key(*whose, ORGANIZATION, str(fact.organization or NO_ORGANIZATION), fact.counter)
    yield Key(*whose, HOUR, fact.hour, fact.counter)
    if fact.counter == SUBMITTED:
        if fact.direction is not None:
            yield Key(*whose, DIRECTION, fact.direction, fact.counter)
        for classifier, value in fact.classifiers.items():
            yield Key(*whose, f"classifier:{classifier}", value, fact.counter)


def deltas(changes: Iterable[tuple[Fact | None, Fact]]) -> Deltas:
    """f(new) − f(old) over a batch of changes (old, new), without what cancels out."""
    sums: Deltas = Counter()
    for old, new in changes:
        if old is not None:
            sums.subtract(keys_of(old))
        sums.update(keys_of(new))
    return Counter({key: n for key, n in sums.items() if n})


def recount(facts: Iterable[Fact]) -> Deltas:
    """Every counter, counted anew from the facts."""
    return deltas((None, fact) for fact in facts)
