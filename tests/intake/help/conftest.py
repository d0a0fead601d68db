"""An author of the district, who has a workplace there, and those who help them."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from services.chassis.db.pool import Pool
from services.intake.core.domain import Author
from tests.factories import DISTRICT
from tests.intake.conftest import Hall, join
from tests.intake.determination.conftest import office, signer
from tests.intake.determination.office import SCHOOL, Office
from tests.intake.help.helping import Helping
from tests.intake.test_api import Api

__all__ = ["office", "signer"]


@pytest.fixture
async def author(office: Office, hall: Hall, worker: Pool) -> AsyncIterator[Api]:
    """The API as a participant of the district's school uses it."""
    async with hall.web.browser() as client:
        client.headers["Accept"] = "application/json"
        await join(client, worker, municipality=DISTRICT, organization=str(SCHOOL))
        yield client


@pytest.fixture
async def helping(office: Office, author: Api, intake: Pool) -> Helping:
    """The same author and staff, as commands know them."""
    row = await office.pool.fetchrow("SELECT id, municipality FROM participant")
    assert row is not None
    who = Author(UUID(str(row["id"])), row["municipality"], "spring", "")
    return Helping(office, intake, who)
