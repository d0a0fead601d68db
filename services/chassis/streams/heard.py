"""What readers say to a stream's relay: which numbers the log lacks, and how far they are. Anybody who may
write to that topic is heard, so what is kept has bounds, and nobody makes a stream begin again and again."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from contracts.nak import NumberMissing, PositionReported
from services.chassis.streams.kafka import Report
from services.chassis.streams.tail import Stream

MOST_MISSING, MOST_POSITIONS = 100, 10_000
"""How many places are asked for between two steps of the relay, and how many readers' positions are kept.
Whoever is not heard says it again."""


class Missing(NamedTuple):
    """From where on a reader lacks a stream."""

    stream: Stream
    epoch: int
    seq: int


class Again(NamedTuple):
    """What of a stream is being sent once more."""

    epoch: int
    begin: int
    end: int


class Heard:
    """What was said of the owned streams since it was last looked at."""

    def __init__(self, owned: Collection[Stream]) -> None:
        self._owned = frozenset(owned)
        self._missing: dict[tuple[Stream, int], int] = {}
        self._positions: dict[tuple[str, Stream], PositionReported] = {}
        self._again: dict[Stream, Again] = {}

    @property
    def positions(self) -> Iterable[PositionReported]:
        """How far readers are, as each said last."""
        return self._positions.values()

    def hear(self, report: Report) -> bool:
        """Keep what is said of an owned stream; whether something is asked for."""
        stream = Stream(report.topic, report.partition)
        if stream not in self._owned:
            return False
        if isinstance(report, NumberMissing):
            return self._is_missing(Missing(stream, report.epoch, report.sequence))
        # In the order in which they spoke: who has been silent longest is forgotten.
        self._positions.pop((report.reader, stream), None)
        self._positions[report.reader, stream] = report
        if len(self._positions) > MOST_POSITIONS:
            del self._positions[next(iter(self._positions))]
        return False

    def _is_missing(self, missing: Missing) -> bool:
        place = missing.stream, missing.epoch
        if place not in self._missing and len(self._missing) >= MOST_MISSING:
            return False
        self._missing[place] = min(missing.seq, self._missing.get(place, missing.seq))
        return True

    def missing(self) -> list[Missing]:
        """What was asked for since, the lowest of each stream, without what is being sent again already."""
        asked, self._missing = [Missing(*place, seq) for place, seq in self._missing.items()], {}
        return [each for each in asked if not self._is_coming(each)]

    def _is_coming(self, missing: Missing) -> bool:
        # It may have been sent a moment ago. Beginning anew, the stream would never reach its end.
        again = self._again.get(missing.stream)
        return again is not None and again.epoch == missing.epoch and again.begin <= missing.seq

    def goes_back(self, missing: Missing, end: int) -> None:
        """The stream is sent again from there; it was sent up to `end`."""
        stream, epoch, begin = missing
        before = self._again.get(stream)
        if before is not None and before.epoch == epoch:
            end = max(end, before.end)
        self._again[stream] = Again(epoch, begin, end)

    def sent(self, stream: Stream, epoch: int, seq: int) -> None:
        """The log has the stream up to there."""
        again = self._again.get(stream)
        if again is not None and (epoch != again.epoch or seq >= again.end):
            del self._again[stream]

    def begin(self) -> None:
        """A new session looks at the log itself: nothing is on its way."""
        self._again.clear()
