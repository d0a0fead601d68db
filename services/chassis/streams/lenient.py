"""aiokafka's records, with what of a stranger's batch would fail or fill whoever polls its partition.

Kafka takes any bytes for a header's name, and some clients write them in a code page of theirs. aiokafka 0.14
reads UTF-8 alone: one such record fails its reader at every poll. No header is read here
(`reading.as_polled`), so what is wrong with a name is nothing to us.

A batch that is small in the log can be a thousand times as large unpacked, and a fetch can hold hundreds of
such: aiokafka unpacks them whole, which takes all of the machine, at every poll. Here a batch beyond all
measure is one record without a value, which no reader can read, and a fetch is left where it becomes large.
"""

import zlib
from collections.abc import Iterator
from gzip import GzipFile
from io import BytesIO
from typing import Any

import cramjam
from aiokafka import codec
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.memory_records import MemoryRecords

LENGTH_AT, LENGTH_END = 8, 12
"""Where a batch says how many bytes follow."""
CODEC_AT, COUNT_AT, HEAD = 22, 57, 61
"""Where it says how it is packed and how many records it has, and where they begin."""
PACKED, GZIP, SNAPPY, ZSTD = 0x07, 1, 2, 4

LARGEST, MOST = 4 * 2**20, 20_000
"""Bytes of a batch, unpacked, and records in it. A broker takes no more than one megabyte packed, and what we
write is not packed."""
AT_ONCE = 4 * 2**20
"""Unpacked bytes of a partition after which the rest of a fetch is left, to be fetched again."""

BROKEN = (cramjam.DecompressionError, OSError, EOFError, zlib.error)


class Bytes(bytearray):
    """Bytes that are read as text whatever they are."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return Bytes(found) if isinstance(at, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "replace") -> str:
        """The text, with a sign for whatever is none."""
        return super().decode(encoding, errors)


class Records:
    """What a fetch brings of a partition, in the place of aiokafka's `MemoryRecords`."""

    def __init__(self, data: bytes) -> None:
        self._records, self._data, self._at = MemoryRecords(data), memoryview(data), 0
        self.room = AT_ONCE

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def has_next(self) -> bool:
        """Whether there is another batch, and room for it."""
        return self.room > 0 and self._records.has_next()

    def next_batch(self) -> "Batch":
        """The next of its batches."""
        begin, follows = self._at, self._data[self._at + LENGTH_AT : self._at + LENGTH_END]
        self._at += LENGTH_END + int.from_bytes(follows, "big")
        return Batch(self._records.next_batch(), self._data[begin : self._at], self)


class Batch:
    """A batch of records as aiokafka reads it, or leniently where it cannot."""

    def __init__(self, batch: Any, data: memoryview, of: Records) -> None:
        self._batch, self._data, self._of = batch, data, of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        plain = _plain(self._data)
        if plain is None:
            return iter([_DefaultRecordPy(self._batch.next_offset - 1, 0, 0, None, None, [])])
        self._of.room -= len(plain)
        try:
            return iter(list(DefaultRecordBatch(plain)))
        except UnicodeDecodeError:
            return iter(_leniently(plain))


def _plain(data: memoryview) -> memoryview | bytearray | None:
    """The batch with its records unpacked; None for one that is beyond all measure."""
    if int.from_bytes(data[COUNT_AT:HEAD], "big") > MOST:
        return None
    if not data[CODEC_AT] & PACKED:
        return data
    try:
        records = _unpacked(data[CODEC_AT] & PACKED, data[HEAD:].tobytes())
    except BROKEN:
        return None
    if len(records) > LARGEST:
        return None
    plain = bytearray(data[:HEAD]) + records
    plain[CODEC_AT] &= ~PACKED
    return plain


def _unpacked(packed_by: int, packed: bytes) -> bytes | bytearray:
    """The records, or enough of them to see that they are too large."""
    if packed_by == GZIP:
        return GzipFile(fileobj=BytesIO(packed)).read(LARGEST + 1)
    if packed_by == SNAPPY:
        # No more than twenty times as large, by its nature.
        return codec.snappy_decode(packed)
    found = bytearray(LARGEST)
    library = cramjam.zstd if packed_by == ZSTD else cramjam.lz4
    return found[: library.decompress_into(packed, found)]


def _leniently(plain: memoryview | bytearray) -> _DefaultRecordBatchPy:
    batch = _DefaultRecordBatchPy(plain)
    batch._buffer = Bytes(batch._buffer)  # noqa: SLF001
    return batch


def install() -> None:
    """Let every consumer of this process read so. aiokafka has no public place for that."""
    theirs: Any = fetcher
    theirs.MemoryRecords = Records
