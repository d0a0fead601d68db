"""aiokafka's records, with headers whose name is no text.

Kafka takes any bytes for a header's name, and some clients write them in a code page of theirs. aiokafka 0.14
reads UTF-8 alone: one such record fails whoever polls its partition, at every poll. No header is read here
(`reading.as_polled`), so what is wrong with a name is nothing to us.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

LENGTH_AT, LENGTH_END = 8, 12
"""Where a batch says how many bytes follow."""


class Bytes(bytearray):
    """Bytes that are read as text whatever they are."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return Bytes(found) if isinstance(at, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "replace") -> str:
        """The text, with a sign for whatever is none."""
        return super().decode(encoding, errors)


class Batch:
    """A batch of records as aiokafka reads it, or leniently where it cannot."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch, self._data = batch, data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except UnicodeDecodeError:
            return iter(_leniently(self._data))


def _leniently(data: memoryview) -> Iterable[Any]:
    batch = _DefaultRecordBatchPy(data)
    batch._maybe_uncompress()  # noqa: SLF001
    batch._buffer = Bytes(batch._buffer)  # noqa: SLF001
    return batch


class Records:
    """What a fetch brings of a partition, in the place of aiokafka's `MemoryRecords`."""

    def __init__(self, data: bytes) -> None:
        self._records, self._data, self._at = MemoryRecords(data), memoryview(data), 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> Batch:
        """The next of its batches."""
        begin, follows = self._at, self._data[self._at + LENGTH_AT : self._at + LENGTH_END]
        self._at += LENGTH_END + int.from_bytes(follows, "big")
        return Batch(self._records.next_batch(), self._data[begin : self._at])


def install() -> None:
    """Let every consumer of this process read so. aiokafka has no public place for that."""
    theirs: Any = fetcher
    theirs.MemoryRecords = Records
