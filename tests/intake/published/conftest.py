"""A campaign that publishes what was determined, its author and those who decide."""

import pytest

from tests.intake.course.conftest import told
from tests.intake.course.told import Told
from tests.intake.determination.conftest import office, signer
from tests.intake.published.reader import Reader

__all__ = ["office", "reader", "signer", "told"]


@pytest.fixture
async def reader(told: Told) -> Reader:
    """Somebody who reads what is open."""
    await told.office.redefine(life={"texts": "determined"})
    return Reader(told)
