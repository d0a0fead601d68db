"""Those who decide on initiatives, in a district with two working groups that acts for its settlement."""

import pytest

from deploy.local.home import new_signing_key
from services.chassis.db.pool import Pool
from services.chassis.web.tokens import Signer
from tests.databases import Database
from tests.intake.conftest import Hall
from tests.intake.determination.office import Office, tell


@pytest.fixture(scope="session")
def signer() -> Signer:
    """Hierarchy, which says who is signed in."""
    return Signer("hierarchy", new_signing_key())


@pytest.fixture
async def office(hall: Hall, intake: Pool, worker: Pool, intake_database: Database, signer: Signer) -> Office:
    """The office of one test."""
    await intake_database.replace(hall.content)
    await tell(worker, signer)
    office = Office(worker, hall.web, signer)
    office.refresh()
    return office
