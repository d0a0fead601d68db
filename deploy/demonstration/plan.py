"""Who does what and when: the acts of a run, in order, decided before the first request."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TypeAlias

from deploy.demonstration import crowd, days, texts
from deploy.demonstration.crowd import Origin, Person
from deploy.demonstration.texts import Stock, Text


@dataclass(frozen=True, slots=True)
class Registration:
    """Somebody registers and confirms the address."""

    at: datetime
    person: Person


@dataclass(frozen=True, slots=True)
class Submission:
    """Somebody who has registered submits an initiative."""

    at: datetime
    person: Person
    text: Text


Act: TypeAlias = Registration | Submission


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is to happen. The run's number makes its addresses its own; the seed decides the rest."""

    participants: int
    initiatives: int
    run: int
    seed: int


def past(wanted: Wanted, folder: Path, places: Sequence[Origin], first_day: date, now: datetime) -> list[Act]:
    """A campaign as it would have gone from its first day until now."""
    rng = _rng(wanted)
    registered = days.moments(wanted.participants, first_day, now, days.REGISTRATIONS, rng)
    submitted = days.moments(wanted.initiatives, first_day, now, days.INITIATIVES, rng)
    return _acts(wanted, folder, places, registered, submitted, rng)


def live(
    wanted: Wanted, folder: Path, places: Sequence[Origin], per_second: float, now: datetime
) -> list[Act]:
    """Initiatives at a steady rate from now on, and people who register for them."""
    every = per_second * wanted.participants / max(wanted.initiatives, 1)
    registered = days.steady(wanted.participants, every, now)
    submitted = days.steady(wanted.initiatives, per_second, now)
    return _acts(wanted, folder, places, registered, submitted, _rng(wanted))


def _rng(wanted: Wanted) -> Random:
    return Random(f"demonstration {wanted.seed}")


def _acts(
    wanted: Wanted,
    folder: Path,
    places: Sequence[Origin],
    registered: Sequence[datetime],
    submitted: Sequence[datetime],
    rng: Random,
) -> list[Act]:
    people = crowd.gather(wanted.participants, places, crowd.people_of(folder), wanted.run, rng)
    stock = Stock(texts.stock_of(folder), rng)
    zeal = list(accumulate(person.zeal for person in people))
    acts: list[Act] = [Registration(at, person) for at, person in zip(registered, people, strict=True)]
    for moment in submitted:
        at = max(moment, registered[0])
        newest = bisect_right(registered, at) - 1
        person = people[bisect_right(zeal, rng.random() * zeal[newest], hi=newest)]
        acts.append(Submission(at, person, stock.deal(person.municipality, person.kind)))
    return sorted(acts, key=lambda act: act.at)
