"""Records as they are read: one answer for each, whatever somebody has written."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.streams import wire

GOOD = next(Path("contracts/examples/dialogue.initiative.submitted.v1").glob("*.json")).read_bytes()


def test_a_record_that_holds_two_is_bad_and_its_neighbours_are_good() -> None:
    decoded = wire.decode([GOOD, GOOD + b"," + GOOD, None, GOOD])

    assert [isinstance(one, wire.Envelope) for one in decoded] == [True, False, False, True]


def test_a_record_torn_in_two_is_two_bad_ones() -> None:
    half = len(GOOD) // 2

    decoded = wire.decode([GOOD[:half], GOOD[half:], GOOD])

    assert [isinstance(one, wire.Envelope) for one in decoded] == [False, False, True]


def test_two_that_are_good_only_when_put_together_are_bad() -> None:
    begins, ends = GOOD + b',{"beside": [{}', b"{}]," + GOOD[1:]

    decoded = wire.decode([begins, ends])

    assert len(orjson.loads(b"[" + begins + b"," + ends + b"]")) == 2
    assert [isinstance(one, wire.Envelope) for one in decoded] == [False, False]


def test_what_is_large_is_read_and_nothing_of_it_is_kept_when_it_is_bad() -> None:
    large = b'{"data": {"x": "' + b"x" * 5_000_000 + b'"}, ' + GOOD[1:].replace(b'"data"', b'"other"')

    good, bad, neighbour = wire.decode([large, b"x" * 5_000_000, GOOD])

    assert isinstance(good, wire.Envelope)
    assert isinstance(neighbour, wire.Envelope)
    assert isinstance(bad, wire.Unreadable)
    assert (bad.__cause__, bad.__context__, bad.__traceback__) == (None, None, None)


IMPOSSIBLE = {
    "nested": b'{"beside":' + b"[" * 1000 + b"]" * 1000 + b"," + GOOD[1:],
    "epoch": orjson.dumps(orjson.loads(GOOD) | {"epoch": 2**31 - 1}),
    "sequence": orjson.dumps(orjson.loads(GOOD) | {"sequence": 2**63}),
}


@pytest.mark.parametrize("value", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_no_database_holds_is_no_place_and_hides_no_other(value: bytes) -> None:
    decoded = wire.decode([value, GOOD])

    assert [isinstance(one, wire.Envelope) for one in decoded] == [False, True]
    assert len(wire.places([value, GOOD])) == 1


# ---- the place alone ----
ODD: dict[str, list[Any]] = {
    "id": ["", "x", GOOD.decode()[:36], "A0000000-0000-0000-0000-00000000000A", "a" * 32, 5, None],
    "type": ["unheard-of", "", 7, None],
    "epoch": [0, -1, 1.0, 1.5, "2", True, 2**31, 2**63, 2**70, None],
    "sequence": [0, 1.0, "3", 2**63, 2**64, None],
    "chain": ["", "é", "\ud83d\ude00", 9, None],
    "data": [{}, [], "text", None, {"deep": [{"er": [None, True, 1e400]}]}],
    "subject": [None, "x", 5],
}


@st.composite
def records(draw: st.DrawFn) -> bytes | None:
    """A record that is good, or odd in some of its parts, or no record at all."""
    envelope = orjson.loads(GOOD)
    for part in draw(st.sets(st.sampled_from(sorted(ODD)), max_size=2)):
        if draw(st.booleans()):
            envelope.pop(part, None)
        else:
            envelope[part] = draw(st.sampled_from(ODD[part]))
    try:
        value = orjson.dumps(envelope)
    except TypeError:
        value = GOOD
    if draw(st.integers(0, 3)):
        return value
    at = draw(st.integers(0, len(value) - 1))
    return draw(
        st.sampled_from([None, value[:at], value[:at] + b"\xff" + value[at + 1 :], value + b"," + value])
    )


@given(st.lists(records(), max_size=6))
def test_the_places_are_those_of_the_strict_form(values: list[bytes | None]) -> None:
    strict = [one for one in wire.decode(values) if isinstance(one, wire.Envelope)]

    assert wire.places(values) == [(one.epoch, one.sequence, one.chain) for one in strict]


@pytest.mark.parametrize("part", ODD)
def test_a_place_is_of_no_record_without_a_part_that_the_strict_form_wants(part: str) -> None:
    envelope = orjson.loads(GOOD)
    del envelope[part]

    assert len(wire.places([orjson.dumps(envelope)])) == (part == "subject")
