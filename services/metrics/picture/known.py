"""As of which place of its stream each municipality's figures are known: what is announced can come late."""

from collections.abc import Collection, Mapping
from typing import TypeAlias

from contracts.streams import partition_of
from services.chassis.streams.tail import Stream
from services.metrics.events.announcing import Totals
from services.metrics.events.missed import NOWHERE

Place: TypeAlias = tuple[int, int]
"""Epoch and number."""


class Known:
    """Places by stream, for whatever is of it, and by municipality where one is known as of later."""

    def __init__(self) -> None:
        self._streams: dict[Stream, Place] = {}
        self._municipalities: dict[tuple[str, str], Place] = {}

    def read(self, marks: Mapping[Stream, Place], codes: Collection[str] | None = None) -> None:
        """Figures were read as of these marks: of some municipalities, or of all that the streams have."""
        if codes is None:
            self._streams.update(marks)
            return
        for stream, mark in marks.items():
            for code in codes:
                if partition_of(code) == stream.partition:
                    self._municipalities[stream.topic, code] = mark

    def newer(self, told: Totals) -> set[str]:
        """The municipalities of which this says no less than what is known; it is known from now on."""
        place, topic = (told.epoch, told.mark), told.stream.topic
        if place < self._streams.get(told.stream, NOWHERE):
            return set()
        codes = {key.municipality for key, _ in told.values}
        newer = {code for code in codes if self._municipalities.get((topic, code), NOWHERE) <= place}
        self._municipalities.update({(topic, code): place for code in newer})
        return newer
