"""When a figure of the live view may fall."""

import pytest

from tests.chaos.observer import HEARD_WITHIN, Height


@pytest.mark.parametrize(
    ("epochs", "later", "fell"),
    [
        pytest.param((1, 0), 0.3, True, id="for no reason"),
        pytest.param((2, 0), 0.3, False, id="a new epoch is heard of"),
        pytest.param((1, 1), 0.3, False, id="a restored database is heard of"),
        pytest.param((2, 0), HEARD_WITHIN + 1, True, id="a new epoch was heard of long ago"),
    ],
)
def test_a_figure_falls_for_a_moment_after_a_new_epoch_alone(
    epochs: tuple[int, int], later: float, fell: bool
) -> None:
    height, now = Height(highest=5, epochs=(1, 0), changed_at=100.0), 1000.0

    # The database has the new epoch, and the view shows still what it knew.
    assert not height.fell(5, epochs, now)
    assert height.fell(4, epochs, now + later) is fell
