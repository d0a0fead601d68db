"""Prove the figures: recounted from the projection and from the topics, every sum compared."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from contracts.help import HelpEvent
from contracts.hotline import HotlineEvent
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.work import WorkEvent
from services.chassis.db.pool import Pool
from services.chassis.process.settings import Settings
from services.chassis.streams import inbox, kafka
from services.chassis.streams.inbox import Place
from services.chassis.streams.tail import Stream
from services.chassis.worker import streams_of
from services.directory.results import digest_of
from services.metrics.cases import counting, helped, told, worked
from services.metrics.cases.told import Case, Name
from services.metrics.domain import (
    COUNTERS,
    HOUR,
    ORGANIZATION,
    PARTIAL,
    STATUS,
    SUBMITTED,
    Fact,
    Key,
    Share,
    first_times,
    latest,
    recount,
)
from services.metrics.events import rollup
from services.metrics.picture import structure
from services.metrics.picture.structure import Structure
from services.metrics.store import cases, figures, results

K = TypeVar("K")

READERS = {reader.topic: reader for reader in rollup.readers()}
OF_FACTS = [*streams_of(ParticipantEvent.topic), *streams_of(InitiativeEvent.topic)]
OF_CASES = [*streams_of(HotlineEvent.topic), *streams_of(HelpEvent.topic), *streams_of(WorkEvent.topic)]
STREAMS = [*OF_FACTS, *OF_CASES]

ADDED_UP = {
    told.INQUIRIES: (told.HOUR, told.CHANNEL, told.THEME, told.STATUS, told.FIRST, told.FINAL),
    told.CONSULTATIONS: (told.HOUR, told.MODE, told.LEVEL, told.THEME, told.LED),
    told.APART: (told.NOT_COUNTED,),
    told.LINES: (told.LINE,),
    helped.ASKED: (told.HOUR, helped.STATUS, helped.DIRECTION, helped.ORGANIZATION),
    helped.DONE: (told.HOUR, helped.DIRECTION, helped.ORGANIZATION),
    helped.THANKED: (told.HOUR, helped.DIRECTION, helped.ORGANIZATION),
    worked.ORDERS: (worked.HOUR, worked.STATE),
    worked.TASKS: (worked.HOUR, worked.STATE, worked.TIME),
    worked.QUESTIONS: (worked.HOUR, worked.STATE, worked.TIME, worked.ESCALATED),
    worked.REPORTS: (worked.HOUR, worked.STATE, worked.TIME, worked.DECLARED),
}
"""The counters of cases → families each of which has every case once, the one that is looked at first."""

READER = "metrics.verify"
PATIENCE = 30
"""Seconds to wait for a relay to send again what the log lacks."""


class Line(NamedTuple):
    """One comparison: what was counted, by whom, and whether it equals the live figure."""

    campaign: str
    counter: str
    what: str
    live: int
    counted: int
    differing: int

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return self.live == self.counted and not self.differing


class FrozenResults(NamedTuple):
    """How many results are frozen, how many of them have a wrong digest, how many a correction."""

    frozen: int
    invalid: int
    corrected: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The live figures at one moment, with the marks up to which they are counted."""

    counters: dict[Key, int]
    facts: dict[tuple[str, str, str], Fact]
    marks: dict[Stream, tuple[int, int]]
    structure: Structure = field(default_factory=Structure)
    cases: dict[Name, Case] = field(default_factory=dict)


async def verify(
    settings: Settings, pool: Pool, progress: Callable[[str], None] = lambda _: None
) -> list[Line]:
    """Every comparison. One that is not `equal` is a wrong figure."""
    progress("reading the figures")
    snapshot = await take_snapshot(pool)
    progress("recounting the projection")
    projection = recount(snapshot.facts.values()) | counting.recount(snapshot.cases.values())
    facts: list[Fact] = []
    heard: list[Case] = []
    for stream in STREAMS:
        mark = snapshot.marks.get(stream, (0, 0))
        if stream in OF_CASES:
            heard += counting.latest(await events_of_log(settings, stream, mark, progress)).values()
        else:
            facts += await facts_of_log(settings, stream, mark, progress)
    lines = compare(snapshot, projection, recount(facts) | counting.recount(heard))
    kept = snapshot.facts.values(), snapshot.cases.values()
    return [*lines, *compare_shares(shares(*kept), shares(facts, heard))]


def shares(facts: Iterable[Fact], heard: Iterable[Case]) -> Counter[Share]:
    """What summaries tell of organizations beside the counters."""
    return first_times(facts) + counting.shares(heard)


def compare_shares(live: Counter[Share], topics: Counter[Share]) -> list[Line]:
    """No counter is kept of them: the projection beside the topics, by campaign and figure."""
    found = []
    for campaign, counter in sorted({(each.campaign, each.counter) for each in (*live, *topics)}):
        ours, theirs = (
            {each: n for each, n in counted.items() if (each.campaign, each.counter) == (campaign, counter)}
            for counted in (live, topics)
        )
        sums = sum(ours.values()), sum(theirs.values())
        found.append(Line(campaign, counter, "topics, by organization", *sums, _differing(ours, theirs)))
    return found


async def frozen_results(pool: Pool) -> FrozenResults:
    """Look at every frozen result."""
    async with pool.acquire() as db:
        told = await results.all_told(db)
    return FrozenResults(
        frozen=len(told),
        invalid=sum(digest_of(each) != each.digest for each in told),
        corrected=sum(any((each.correction_registered, each.correction_submitted)) for each in told),
    )


async def take_snapshot(pool: Pool) -> Snapshot:
    """Counters, projection, marks and structure as of one moment."""
    async with pool.acquire() as db, db.transaction(isolation="repeatable_read", readonly=True):
        return Snapshot(
            await figures.all_counters(db),
            {(fact.counter, *fact.name): fact async for fact in figures.all_facts(db)},
            await figures.marks(db, rollup.READER),
            await structure.draw(db),
            {case.name: case async for case in cases.all_cases(db)},
        )


async def facts_of_log(
    settings: Settings,
    stream: Stream,
    mark: tuple[int, int],
    progress: Callable[[str], None] = lambda _: None,
) -> list[Fact]:
    """What the topic itself tells of each aggregate up to the mark, by the last epoch alone."""
    return list(latest(await events_of_log(settings, stream, mark, progress)).values())


async def events_of_log(
    settings: Settings, stream: Stream, mark: tuple[int, int], progress: Callable[[str], None]
) -> list[Any]:
    """All that the topic tells up to the mark, by the last epoch alone.

    Numbers that Kafka has lost are asked for, as any reader from the beginning would.
    """
    progress(f"recounting {stream.topic} {stream.partition}")
    for _ in range(PATIENCE):
        records = [record async for bundle in kafka.read_all(settings, stream) for record in bundle]
        envelopes = inbox.read(READERS[stream.topic], records)
        outcome, todo = inbox.in_order(Place(0, 0, "", 0), records, envelopes)
        if outcome.place[:2] >= mark:
            break
        epoch, sequence, *_ = outcome.place
        await kafka.ask(settings, READER, stream, outcome.gap or (max(epoch, 1), sequence + 1))
        await asyncio.sleep(1)
    counted = [item for item in todo if (item.envelope.epoch, item.envelope.sequence) <= mark]
    events, _ = inbox.events_of(READERS[stream.topic], counted)
    return events


def compare(snapshot: Snapshot, projection: Mapping[Key, int], topics: Mapping[Key, int]) -> list[Line]:
    """The table: for each campaign and counter, every way to count it beside the live one."""
    live = snapshot.counters
    keys = [*live, *projection, *topics]
    campaigns = sorted({key.campaign for key in keys if key.campaign})
    of_cases = sorted({(key.campaign, key.counter) for key in keys if key.counter in ADDED_UP})
    wanted = [(campaign, counter) for campaign in campaigns for counter in COUNTERS]
    return [
        line
        for campaign, counter in [*wanted, *of_cases]
        for line in _lines(snapshot.structure, campaign, counter, live, projection, topics)
    ]


def _lines(
    s: Structure,
    campaign: str,
    counter: str,
    live: Mapping[Key, int],
    projection: Mapping[Key, int],
    topics: Mapping[Key, int],
) -> Iterable[Line]:
    def only(counted: Mapping[Key, int]) -> Counter[Key]:
        return Counter({k: n for k, n in counted.items() if (k.campaign, k.counter) == (campaign, counter)})

    ours, whole = only(live), ADDED_UP.get(counter, (HOUR,))[0]
    by_municipality = _sums(ours, whole)
    region = by_municipality.total()

    def line(what: str, counted: int, differing: int = 0) -> Line:
        return Line(campaign, counter, what, region, counted, differing)

    yield line("Σ municipalities", sum(by_municipality[code] for code in s.municipalities))
    upper = (sum(by_municipality[c] for c in s.with_settlements(m.code)) for m in s.upper_tier)
    yield line("Σ districts with settlements", sum(upper))
    for family in _families(counter, ours):
        of_family = _sums(ours, family)
        yield line(f"family {family}", of_family.total(), _differing(by_municipality, of_family))
    for what, counted in (("recount of the projection", projection), ("recount of the topics", topics)):
        theirs = only(counted)
        yield line(what, _sums(theirs, whole).total(), _differing(ours, theirs))


def _families(counter: str, counters: Iterable[Key]) -> Iterable[str]:
    if counter in ADDED_UP:
        return ADDED_UP[counter][1:]
    found = {key.family for key in counters} - {HOUR, *PARTIAL}
    return sorted(found | {ORGANIZATION, STATUS}) if counter == SUBMITTED else [ORGANIZATION]


def _sums(counters: Mapping[Key, int], family: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for key, n in counters.items():
        if key.family == family:
            sums[key.municipality] += n
    return sums


def _differing(one: Mapping[K, int], other: Mapping[K, int]) -> int:
    return sum(one.get(key, 0) != other.get(key, 0) for key in {*one, *other})
