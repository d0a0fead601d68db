"""A municipality with its line of subordination, and all that is done with questions there."""

import pytest

from tests.hierarchy.office import Browser, Office
from tests.hierarchy.orders.giving import lined
from tests.hierarchy.questions.asking import Asking


@pytest.fixture
async def asking(office: Office, browser: Browser) -> Asking:
    """Everybody is appointed; the browser is the group leader's."""
    return Asking(await lined(office, browser))
