"""An author of the district, and those who decide there."""

from collections.abc import AsyncIterator

import pytest

from services.chassis.db.pool import Pool
from tests.factories import DISTRICT
from tests.intake.conftest import Hall, join
from tests.intake.determination.conftest import office, signer
from tests.intake.determination.office import Office
from tests.intake.test_api import Api

__all__ = ["author", "office", "signer"]


@pytest.fixture
async def author(office: Office, hall: Hall, worker: Pool) -> AsyncIterator[Api]:
    """The API as a participant of the district uses it."""
    async with hall.web.browser() as client:
        client.headers["Accept"] = "application/json"
        await join(client, worker, municipality=DISTRICT)
        yield client
