"""The counters of municipalities as they are stated, read for many at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from contracts.counters import Counter, CountersStated, Mark
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.streams import partition_of
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Stream
from services.metrics.cases import told
from services.metrics.domain import COUNTERS, HOUR, Key
from services.metrics.events import cases, rollup
from services.metrics.plan.progress import per_cent
from services.metrics.stating import hotline
from services.metrics.stating.targets import StatedTargets
from services.metrics.store import figures

Values: TypeAlias = "list[tuple[Key, int]]"


@dataclass(frozen=True, slots=True)
class Read:
    """What the counters of some municipalities were at one moment."""

    marks: Mapping[Stream, tuple[int, int]]
    own: Mapping[str, Mapping[str, Values]]
    """Municipality → campaign → its counters, without the work between the levels."""
    sums: Mapping[tuple[str, str, str], int]
    """Campaign, municipality and counter → n, of all whose figures fulfil the targets of some other."""


async def read(db: Db, codes: Collection[str], targets: StatedTargets) -> Read:
    """Read in one moment what is stated of some municipalities: two statements, and one more for targets that
    others' figures fulfil."""
    own: dict[str, dict[str, Values]] = {code: defaultdict(list) for code in codes}
    async with db.transaction(isolation="repeatable_read", readonly=True):
        marks = await figures.marks(db, rollup.READER)
        for key, n in await figures.of_municipalities(db, codes):
            own[key.municipality][key.campaign].append((key, n))
        others = targets.fulfilling(codes)
        return Read(marks, own, await figures.sums_of(db, others) if others else {})


def states_of(code: str, seen: Read, targets: StatedTargets) -> list[CountersStated]:
    """A municipality's counters, one state for each campaign. Raises ValidationError for what is no state by
    the contract."""
    marks = _marks(code, seen.marks)
    campaigns = {*seen.own[code], *targets.campaigns_of(code)}
    return [_state(campaign, code, seen, targets, marks) for campaign in sorted(campaigns)]


def _marks(code: str, marks: Mapping[Stream, tuple[int, int]]) -> dict[str, Mark]:
    topics = (InitiativeEvent.topic, ParticipantEvent.topic, *sorted(cases.TOPICS))
    places = {topic: marks.get(Stream(topic, partition_of(code))) for topic in topics}
    return {topic: Mark(epoch=p[0], sequence=p[1]) for topic, p in places.items() if p and p[0]}


def _state(
    campaign: str, code: str, seen: Read, targets: StatedTargets, marks: dict[str, Mark]
) -> CountersStated:
    values = [(key, n) for key, n in seen.own[code].get(campaign, ()) if n > 0]
    own = [(key, n) for key, n in values if not key.family.startswith(told.PREFIX)]
    sums = {c: sum(n for key, n in own if (key.family, key.counter) == (HOUR, c)) for c in COUNTERS}
    return CountersStated(
        campaign=campaign,
        municipality=code,
        as_of=datetime.now(UTC),
        **sums,
        counters=[Counter(family=k.family, key=k.key, counter=k.counter, value=n) for k, n in own],
        marks=marks,
        hotline=hotline.totals_of((key[2:], n) for key, n in values if key.family.startswith(told.PREFIX)),
        **_beside(campaign, code, seen, targets, sums),
    )


def _beside(
    campaign: str, code: str, seen: Read, targets: StatedTargets, own: dict[str, int]
) -> dict[str, Any]:
    """The target and its shares, by its scope."""
    if (found := targets.of(campaign, code)) is None:
        return {}
    target, goal = found
    said: dict[str, Any] = {"scope": target.scope, "target_confirmed": target.confirmed}
    for counter in COUNTERS:
        others = (seen.sums.get((campaign, each, counter), 0) for each in goal.codes)
        fact = own[counter] if goal.codes == {code} else sum(others)
        said[f"target_{counter}"] = goal.of(counter)
        said[f"share_{counter}"] = per_cent(fact, goal.of(counter))
    return said
