"""Those who enter what came of a staff meeting, in a district that acts for its settlement."""

import pytest

from services.chassis.db.pool import Pool
from services.chassis.web.tokens import Signer
from tests.databases import Database
from tests.intake.conftest import Hall
from tests.intake.determination.conftest import signer
from tests.intake.determination.office import tell
from tests.intake.federal.here import Here
from tests.intake.staff_meetings.meeting import Meetings

__all__ = ["signer"]


@pytest.fixture
async def meetings(
    hall: Hall, intake: Pool, worker: Pool, intake_database: Database, signer: Signer
) -> Meetings:
    """The office of one test."""
    await intake_database.replace(hall.content)
    await tell(worker, signer)
    hall.web.app.state.table_reader = Here()
    meetings = Meetings(worker, hall.web, signer)
    meetings.refresh()
    return meetings
