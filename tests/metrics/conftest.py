"""What metrics has read, and the time at which its worker looks."""

import pytest
from asyncpg import Pool

from tests.metrics.told import Time, Topics


@pytest.fixture
def topics(metrics: Pool) -> Topics:
    return Topics(metrics)


@pytest.fixture
def time_() -> Time:
    return Time()
