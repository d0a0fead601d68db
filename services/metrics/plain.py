"""What is read of an event that is counted, of plain values, and added up by column: for batches in which all
is as expected. Whatever it comes to, `domain` would have come to as well."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta, Struct, field

from services.chassis.columns import are_moments, are_uuids
from services.metrics import domain
from services.metrics.domain import (
    CLASSIFIER,
    DIRECTION,
    DIRECTION_STATUS,
    HOUR,
    IN_TIME,
    LEVEL,
    NO,
    NO_ORGANIZATION,
    ORGANIZATION,
    ORIGIN,
    REGISTERED,
    REGISTRATIONS,
    STATUS,
    SUBMISSIONS,
    SUBMITTED,
    YES,
    Deltas,
    Fact,
    Key,
    Name,
)

LARGEST = 2**31 - 1
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
CODE = re.compile(r"[0-9]{8}")


class Plain(Struct, kw_only=True, gc=False):
    """A `Fact` as it is read from an event."""

    counter: ClassVar[str]
    left: ClassVar[bool] = False

    id: str
    version: Annotated[int, Meta(ge=1, le=LARGEST)]
    campaign: str
    municipality: str
    organization: str | None = None
    classifiers: dict[str, str]

    @property
    def name(self) -> Name:
        """What it is known by."""
        return self.municipality, self.id


class Submission(Plain, kw_only=True, gc=False):
    """An initiative's event."""

    counter: ClassVar[str] = SUBMITTED

    direction: str
    local_time: str = field(name="submitted_at")
    status: str
    origin: str | None = None
    decided_by: str | None = None
    in_time: bool | None = None
    participant: str | None = None


class Departure(Submission, kw_only=True, gc=False):
    """An initiative that counts in another municipality from now on."""

    left: ClassVar[bool] = True


class Registration(Plain, kw_only=True, gc=False):
    """A participant's event."""

    counter: ClassVar[str] = REGISTERED
    direction: ClassVar[None] = None
    status: ClassVar[None] = None
    origin: ClassVar[None] = None
    decided_by: ClassVar[None] = None
    in_time: ClassVar[None] = None
    participant: ClassVar[None] = None

    local_time: str = field(name="registered_at")


class Removal(Registration, kw_only=True, gc=False):
    """A participant who counts in another municipality from now on, or as another participant."""

    left: ClassVar[bool] = True


Told: TypeAlias = Submission | Registration
PLAIN: Mapping[type[domain.Told], type[Told]] = {
    domain.Submission: Submission,
    domain.Departure: Departure,
    domain.Registration: Registration,
    domain.Removal: Removal,
}
OF_INITIATIVES = {type_: PLAIN[shape] for type_, shape in SUBMISSIONS.items()}
OF_PARTICIPANTS = {type_: PLAIN[shape] for type_, shape in REGISTRATIONS.items()}
"""The same types as the strict form's."""


def are_good(told: Sequence[Told]) -> bool:
    """Whether the strict form would take each of these as it is."""
    words = set(_words(told))
    ids = [each.id for each in told]
    ids += [each.organization for each in told if each.organization is not None]
    ids += [each.participant for each in told if each.participant is not None]
    return (
        are_uuids(ids)
        and _match(CODE, {each.municipality for each in told})
        and _match(SLUG, {each.campaign for each in told}, *words)
        and _match(SLUG, {each.direction for each in told}, {each.status for each in told})
        and _match(SLUG, {each.origin for each in told}, {each.decided_by for each in told})
        and are_moments([each.local_time for each in told])
    )


def _match(pattern: re.Pattern[str], *columns: Iterable[str | None]) -> bool:
    return all(value is None or pattern.fullmatch(value) for column in columns for value in column)


def fact_of(told: Told) -> Fact:
    """The same for whoever works with one by one."""
    return Fact(
        counter=told.counter,
        id=told.id,
        version=told.version,
        campaign=told.campaign,
        municipality=told.municipality,
        organization=told.organization,
        direction=told.direction,
        classifiers=told.classifiers,
        happened_at=datetime.fromisoformat(told.local_time),
        local_time=told.local_time,
        status=told.status,
        origin=told.origin,
        decided_by=told.decided_by,
        in_time=told.in_time,
        participant=told.participant,
        left=told.left,
    )


def added(told: Iterable[Told]) -> Deltas:
    """What these add to the counters, none of which is known or has left: `domain.recount`, by column."""
    groups: dict[tuple[str, str, str], list[Told]] = defaultdict(list)
    for each in told:
        groups[each.campaign, each.municipality, each.counter].append(each)
    found: Deltas = {}
    for (campaign, municipality, counter), of_group in groups.items():
        for family, values in _families(of_group):
            for value, n in Counter(values).items():
                found[Key(campaign, municipality, family, value, counter)] = n
        for (code, value), n in Counter(_words(of_group)).items():
            found[Key(campaign, municipality, CLASSIFIER + code, value, counter)] = n
    return found


def _words(told: Iterable[Told]) -> Iterable[tuple[str, str]]:
    return chain.from_iterable([each.classifiers.items() for each in told])


def _families(told: Sequence[Told]) -> Iterable[tuple[str, list[str]]]:
    """Each one's value of each family that it has."""
    yield ORGANIZATION, [each.organization or NO_ORGANIZATION for each in told]
    yield HOUR, [each.local_time[:13] for each in told]
    if told[0].counter == SUBMITTED:
        yield DIRECTION, [it for each in told if (it := each.direction) is not None]
        yield STATUS, [it for each in told if (it := each.status) is not None]
        yield DIRECTION_STATUS, [f"{each.direction}/{each.status}" for each in told]
        yield LEVEL, [it for each in told if (it := each.decided_by) is not None]
        yield ORIGIN, [it for each in told if (it := each.origin) is not None]
        yield IN_TIME, [YES if each.in_time else NO for each in told if each.in_time is not None]
