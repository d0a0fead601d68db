"""An author whose initiatives are decided on."""

from collections.abc import AsyncIterator

import pytest

from tests.intake.course.told import Told
from tests.intake.determination.conftest import office, signer
from tests.intake.determination.office import Office

__all__ = ["office", "signer", "told"]


@pytest.fixture
async def told(office: Office) -> AsyncIterator[Told]:
    """What an author in the district is told, and those who decide."""
    async with office.web.browser() as client:
        client.headers["Accept"] = "application/json"
        client.follow_redirects = False
        found = Told(office, client)
        await found.begin()
        yield found
