"""A municipality with its line of subordination."""

import pytest

from tests.hierarchy.office import Browser, Office
from tests.hierarchy.orders.giving import Line, lined


@pytest.fixture
async def line(office: Office, browser: Browser) -> Line:
    """Everybody is appointed; the browser is the group leader's."""
    return await lined(office, browser)
