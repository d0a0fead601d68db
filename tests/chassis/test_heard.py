"""What a relay keeps of what readers say, and what it does again for it."""

import pytest

from contracts.initiatives import InitiativeEvent
from contracts.nak import NumberMissing, PositionReported
from contracts.streams import partition_of
from services.chassis.streams.heard import MOST_MISSING, MOST_POSITIONS, Heard, Missing
from services.chassis.streams.tail import Stream
from tests.factories import DISTRICT

STREAM, OTHER = Stream(InitiativeEvent.topic, partition_of(DISTRICT)), Stream(InitiativeEvent.topic, 0)


@pytest.fixture
def heard() -> Heard:
    return Heard([STREAM, OTHER])


def asks(seq: int, stream: Stream = STREAM, epoch: int = 1) -> NumberMissing:
    topic, partition = stream
    return NumberMissing(reader="r", topic=topic, partition=partition, epoch=epoch, sequence=seq)


def stands(reader: str, mark: int) -> PositionReported:
    topic, partition = STREAM
    return PositionReported(reader=reader, topic=topic, partition=partition, epoch=1, mark=mark, chain="")


def test_of_all_that_a_stream_is_asked_for_the_lowest_is_sent(heard: Heard) -> None:
    assert all(heard.hear(asks(seq)) for seq in (7, 5, 9))
    assert heard.hear(asks(3, OTHER))

    assert heard.missing() == [Missing(STREAM, 1, 5), Missing(OTHER, 1, 3)]
    assert heard.missing() == []


def test_what_is_said_of_others_streams_is_nothing(heard: Heard) -> None:
    assert not heard.hear(asks(1, Stream(InitiativeEvent.topic, 1)))
    assert not heard.hear(asks(1, Stream("elsewhere", 0)))

    assert heard.missing() == []


def test_a_stream_that_is_sent_again_is_not_begun_anew(heard: Heard) -> None:
    heard.goes_back(Missing(STREAM, 1, 5), 100)
    heard.sent(STREAM, 1, 99)
    for seq in (5, 50, 100, 4):
        heard.hear(asks(seq))
        assert heard.missing() == ([Missing(STREAM, 1, 4)] if seq == 4 else [])
    for other in (asks(5, OTHER), asks(5, epoch=2)):
        heard.hear(other)
        assert len(heard.missing()) == 1

    # Further back while it is on its way: it still ends where it ended.
    heard.goes_back(Missing(STREAM, 1, 4), 30)
    heard.sent(STREAM, 1, 99)
    heard.hear(asks(4))
    assert heard.missing() == []
    heard.sent(STREAM, 1, 100)
    heard.hear(asks(4))
    assert heard.missing() == [Missing(STREAM, 1, 4)]


def test_what_is_on_its_way_ends_with_its_epoch_and_with_the_session(heard: Heard) -> None:
    heard.goes_back(Missing(STREAM, 1, 5), 100)
    heard.goes_back(Missing(OTHER, 1, 5), 100)
    heard.sent(STREAM, 2, 1)
    heard.hear(asks(5))
    assert heard.missing() == [Missing(STREAM, 1, 5)]

    heard.begin()
    heard.hear(asks(5, OTHER))
    assert heard.missing() == [Missing(OTHER, 1, 5)]


def test_whoever_says_much_is_not_all_remembered(heard: Heard) -> None:
    for n in range(1, 2 * MOST_MISSING):
        heard.hear(asks(1, epoch=n))
    for n in range(MOST_POSITIONS + 5):
        heard.hear(stands("ours", n))
        heard.hear(stands(f"somebody {n}", 1))

    assert len(heard.missing()) == MOST_MISSING
    marks = {each.reader: each.mark for each in heard.positions}
    assert len(marks) == MOST_POSITIONS
    assert marks["ours"] == MOST_POSITIONS + 4
