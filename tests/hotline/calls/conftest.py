"""A hotline with its staff for each test of a module."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.databases import Database
from tests.hotline.staffed import House, Staffed


@pytest.fixture(scope="module")
def house(hotline_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One application for the whole module."""
    with House(hotline_database, tmp_path_factory.mktemp("house")).opened() as house:
        yield house


@pytest.fixture
async def line(house: House) -> AsyncIterator[Staffed]:
    """The hotline as its region was told."""
    async with house.staffed() as staffed:
        yield staffed
