"""A municipality in whose line a period of summaries is over."""

import pytest

from tests.hierarchy.office import Browser, Office
from tests.hierarchy.orders.giving import lined
from tests.hierarchy.reports.reporting import Summaries


@pytest.fixture
async def summaries(office: Office, browser: Browser) -> Summaries:
    """The line, at nine on the next working morning on which summaries are due."""
    return await Summaries.begun(await lined(office, browser))
