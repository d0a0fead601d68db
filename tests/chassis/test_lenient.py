"""What a stranger's batch may look like: a header's name that is no text, and more than it seems."""

import importlib
import struct
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka import codec
from aiokafka.consumer import fetcher
from aiokafka.record import default_records, memory_records, util

from services.chassis.streams import lenient

THEIRS: Any = memory_records.MemoryRecords
OURS: Any = lenient.Records

NAME, NO_TEXT = b"name", b"\xff\xfe\xfd\xfc"
PACKED: list[Callable[[bytes], bytes]] = [
    bytes,
    codec.gzip_encode,
    codec.snappy_encode,
    codec.lz4_encode,
    codec.zstd_encode,
]
"""By the number that a batch names its codec with."""
LENGTH_END, CRC_AT, CRC_END, CODEC_END, HEAD = 12, 17, 21, 23, 61
CODECS = range(len(PACKED))


def batch(first: int, number: int = 0, name: bytes = NAME) -> bytes:
    """Three records from an offset on, the middle one with a header of this name, in a codec."""
    values = [b"value %d" % (first + nth) for nth in range(3)]
    return of_values(first, values, number, lambda records: records.replace(NAME, name))


def of_values(
    first: int,
    values: list[bytes],
    number: int,
    change: Callable[[bytes], bytes] = bytes,
    *,
    broken: bool = False,
) -> bytes:
    """Records of these values, the second with a header, in a codec."""
    builder = default_records.DefaultRecordBatchBuilder(
        2, 0, 0, -1, -1, -1, sum(map(len, values)) + 10_000_000
    )
    for nth, value in enumerate(values):
        headers: list[tuple[str, bytes | None]] = [(NAME.decode(), b"x"), ("other", None)] if nth == 1 else []
        builder.append(nth, 7, b"key", value, headers)
    whole = bytes(builder.build())
    records = PACKED[number](change(whole[HEAD:]))
    checked = struct.pack(">h", number) + whole[CODEC_END:HEAD] + (records[:-9] if broken else records)
    length = struct.pack(">i", CRC_END - LENGTH_END + len(checked))
    crc = struct.pack(">I", util.calc_crc32c(checked))
    return struct.pack(">q", first) + length + whole[LENGTH_END:CRC_AT] + crc + checked


def read(data: bytes) -> list[tuple[object, ...]]:
    records, found = OURS(data), list[tuple[object, ...]]()
    while records.has_next():
        one = records.next_batch()
        assert one.validate_crc()
        assert not one.is_control_batch
        found += [(r.offset, r.timestamp, r.key, r.value, len(r.headers)) for r in one]
    assert [offset for offset, *_ in found] == list(range(5, 5 + len(found)))
    return found


def expected(*firsts: int) -> list[tuple[object, ...]]:
    return [
        (first + nth, 7, b"key", b"value %d" % (first + nth), 2 * (nth == 1))
        for first in firsts
        for nth in range(3)
    ]


def test_every_consumer_reads_leniently() -> None:
    importlib.import_module("services.chassis.streams.kafka")

    assert vars(fetcher)["MemoryRecords"] is OURS


@pytest.mark.parametrize("number", CODECS)
def test_what_is_text_is_read_as_aiokafka_does(number: int) -> None:
    data = batch(5, number) + batch(8, number)
    records, theirs = THEIRS(data), []
    while (one := records.next_batch()) is not None:
        theirs += [(r.offset, r.timestamp, r.key, r.value, len(r.headers)) for r in one]

    assert read(data) == theirs == expected(5, 8)
    assert OURS(data).size_in_bytes() == len(data)


@pytest.mark.parametrize("number", CODECS)
def test_a_name_that_is_no_text_fails_neither_its_record_nor_its_neighbours(number: int) -> None:
    bad = batch(8, number, NO_TEXT)
    with pytest.raises(UnicodeDecodeError):
        list(THEIRS(bad).next_batch())

    assert read(batch(5) + bad + batch(11)) == expected(5, 8, 11)


def test_a_batch_that_is_cut_off_is_fetched_again() -> None:
    data = batch(5, name=NO_TEXT) + batch(8)

    assert read(data[:-10]) == expected(5)
    assert OURS(data[:20]).has_next() is False


@pytest.mark.parametrize("number", CODECS[1:])
@pytest.mark.parametrize(
    "values",
    [
        pytest.param([b"x" * 2**20] * 25, id="many"),
        pytest.param([b"x" * (lenient.LARGEST + 1)], id="one"),
        pytest.param([b""] * (lenient.MOST + 1), id="of nothing"),
    ],
)
def test_a_batch_beyond_all_measure_is_one_record_that_nobody_can_read(
    number: int, values: list[bytes]
) -> None:
    after = 8 + len(values)
    records, found = OURS(batch(5) + of_values(8, values, number) + batch(after)), []
    while records.has_next():
        found += [(r.offset, r.value) for r in records.next_batch()]

    good = [(offset, value) for offset, *_, value, _ in expected(5, after)]
    assert found == [*good[:3], (after - 1, None), *good[3:]]


@pytest.mark.parametrize("number", CODECS[1:])
def test_a_batch_that_cannot_be_unpacked_is_one_record_that_nobody_can_read(number: int) -> None:
    [only] = OURS(of_values(5, [b"a", b"b"], number, broken=True)).next_batch()

    assert (only.offset, only.key, only.value, list(only.headers)) == (6, None, None, [])


@pytest.mark.parametrize("number", CODECS[1:])
def test_the_rest_of_a_fetch_that_is_large_unpacked_is_left(number: int) -> None:
    large = [of_values(nth, [b"x" * 2**20], number) for nth in range(50)]
    taken, first = [], 0
    while first < len(large):
        records = OURS(b"".join(large[first:]))
        at_once = 0
        while records.has_next():
            at_once += len(list(records.next_batch()))
        taken.append(at_once)
        first += at_once

    assert taken == [4] * 12 + [2]
