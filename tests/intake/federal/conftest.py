"""An SMO and the administrator, with tables of the federal platform."""

from dataclasses import replace

import pytest

from services.chassis.db.pool import Pool
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.chassis.web.tokens import Signer
from services.directory.subordination import Region
from services.intake.federal.commands.import_tables import Importer
from tests.databases import Database
from tests.intake.conftest import Hall
from tests.intake.determination.conftest import signer
from tests.intake.determination.office import tell
from tests.intake.federal.council import Council
from tests.intake.federal.here import Here

__all__ = ["signer"]


@pytest.fixture
async def council(
    hall: Hall, intake: Pool, worker: Pool, intake_database: Database, signer: Signer
) -> Council:
    """The office of one test."""
    await intake_database.replace(hall.content)
    await tell(worker, signer)
    state = hall.web.app.state
    state.tables = replace(state.tables, reader=Here())
    council = Council(worker, hall.web, signer)
    council.refresh()
    return council


@pytest.fixture
def importer(council: Council, worker: Pool) -> Importer:
    """What the worker imports with, on the files of the application."""
    state = council.web.app.state
    files: Files = state.tables.files
    # A region of its own, of which it knows nothing yet, as in a worker that has just begun.
    return Importer(worker, Region(state.region._settings, worker), files, Here(), Clock())
