"""Who helps, and for whom."""

from collections.abc import AsyncIterator

import pytest

from tests.databases import Database
from tests.intake.assisted.helping import Helping, helping


@pytest.fixture
async def desk(intake_database: Database) -> AsyncIterator[Helping]:
    async with helping(intake_database) as desk:
        yield desk
