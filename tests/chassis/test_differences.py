"""What one text has that another has not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.differences import Change, differences


@given(st.text(alphabet="аб \nв.", max_size=60), st.text(alphabet="аб \nв.", max_size=60))
def test_what_is_shown_is_the_one_text_and_the_other(before: str, after: str) -> None:
    parts = differences(before, after)

    assert "".join(part.text for part in parts if part.change is not Change.INSERTED) == before
    assert "".join(part.text for part in parts if part.change is not Change.REMOVED) == after


def test_only_the_words_that_change_are_marked() -> None:
    parts = differences("Дети переходят дорогу.", "Дети каждый день переходят дорогу.")

    assert [(part.change, part.text) for part in parts] == [
        (Change.SAME, "Дети "),
        (Change.INSERTED, "каждый день "),
        (Change.SAME, "переходят дорогу."),
    ]


def test_a_long_text_of_repetitions_is_compared_in_no_time() -> None:
    began = datetime.now(UTC)

    differences("x " + "а б " * 5000, "y " + "б а а " * 4000)

    assert datetime.now(UTC) - began < timedelta(seconds=2)
