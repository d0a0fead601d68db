"""Records as they are read: one answer for each, whatever somebody has written."""

from pathlib import Path

from services.chassis.streams import wire

GOOD = next(Path("contracts/examples/dialogue.initiative.submitted.v1").glob("*.json")).read_bytes()


def test_a_record_that_holds_two_is_bad_and_its_neighbours_are_good() -> None:
    decoded = wire.decode([GOOD, GOOD + b"," + GOOD, None, GOOD])

    assert [isinstance(one, wire.Envelope) for one in decoded] == [True, False, False, True]


def test_a_record_torn_in_two_is_two_bad_ones() -> None:
    half = len(GOOD) // 2

    decoded = wire.decode([GOOD[:half], GOOD[half:], GOOD])

    assert [isinstance(one, wire.Envelope) for one in decoded] == [False, False, True]


def test_what_is_large_is_read_and_nothing_of_it_is_kept_when_it_is_bad() -> None:
    large = b'{"data": {"x": "' + b"x" * wire.LARGE + b'"}, ' + GOOD[1:].replace(b'"data"', b'"other"')

    good, bad, neighbour = wire.decode([large, b"x" * 5_000_000, GOOD])

    assert isinstance(good, wire.Envelope)
    assert isinstance(neighbour, wire.Envelope)
    assert isinstance(bad, wire.Unreadable)
    assert (bad.__cause__, bad.__context__, bad.__traceback__) == (None, None, None)
