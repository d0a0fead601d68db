"""The walls that every test here tries."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.security import standing as built
from tests.security.standing import Standing
from tests.security.walls import Walls


@pytest.fixture(scope="session")
def standing(superuser_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """Built once for each process of the run."""
    with built.standing(superuser_dsn, tmp_path_factory.mktemp("walls")) as standing:
        yield standing


@pytest.fixture
async def walls(standing: Standing) -> AsyncIterator[Walls]:
    """The walls as they were built, whatever another test has done behind them."""
    async with standing.anew() as walls:
        yield walls
