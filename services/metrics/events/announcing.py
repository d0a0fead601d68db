"""What the roll-up announces: which days of which municipalities changed, and what they come to now, where
that is not too long to be said."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import orjson

from services.chassis.db.pool import Db, announce
from services.chassis.streams.tail import Stream
from services.metrics.domain import Key

CHANNEL = "figures"
EVERYTHING, ANEW = "*", "anew"
"""Any figure may be another one: wherever marks have moved, or also where they have not, after a rebuild."""

LONGEST = 7000
"""PostgreSQL takes at most 8 000 bytes with a NOTIFY."""

Places: TypeAlias = set[tuple[str, str]]
"""Municipality and day."""


class Totals(NamedTuple):
    """What some counters come to at a place of a stream: it says nothing to whoever knows a later one."""

    stream: Stream
    epoch: int
    mark: int
    values: Sequence[tuple[Key, int]]
    """By day for the family `hour`: the day is its key then."""


@dataclass(frozen=True, slots=True)
class Announced:
    """One announcement, read."""

    everything: bool
    changed: Places
    totals: Totals | None = None
    anew: bool = False


def tell_everything(db: Db) -> None:
    """Announce that any figure may be another one."""
    announce(db, CHANNEL, EVERYTHING)


def tell(db: Db, changed: Places) -> None:
    """Announce which municipalities changed on which days: `{"2026-02-14": ["79605000", …]}`."""
    for day, codes in _by_day(changed).items():
        payload = orjson.dumps({day: codes}).decode()
        announce(db, CHANNEL, payload if len(payload) < LONGEST else EVERYTHING)


def tell_totals(db: Db, changed: Places, totals: Totals) -> None:
    """Announce them with what they come to, `[{"2026-02-14": […]}, topic, partition, epoch, mark, [[…], …]]`,
    or without it if that is too long."""
    values = [[*key, n] for key, n in totals.values]
    payload = orjson.dumps([_by_day(changed), *totals.stream, totals.epoch, totals.mark, values]).decode()
    if len(payload) < LONGEST:
        announce(db, CHANNEL, payload)
    else:
        tell(db, changed)


def _by_day(changed: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    by_day: dict[str, list[str]] = defaultdict(list)
    for municipality, day in sorted(changed):
        by_day[day].append(municipality)
    return by_day


def read(payload: str) -> Announced:
    """An announcement from its payload."""
    if payload in (EVERYTHING, ANEW):
        return Announced(everything=True, changed=set(), anew=payload == ANEW)
    told = orjson.loads(payload)
    if isinstance(told, dict):
        return Announced(everything=False, changed=_places(told))
    by_day, topic, partition, epoch, mark, values = told
    of_keys = [(Key(*key), n) for *key, n in values]
    return Announced(False, _places(by_day), Totals(Stream(topic, partition), epoch, mark, of_keys))


def _places(by_day: dict[str, list[str]]) -> Places:
    return {(code, day) for day, codes in by_day.items() for code in codes}
