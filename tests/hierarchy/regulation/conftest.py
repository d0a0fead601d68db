"""Those who have to do with the regulation of a district, each signed in."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.hierarchy.office import PLACE, Browser, Office, appoint, appointment
from tests.hierarchy.regulation.people import FOREIGN, People


@pytest.fixture
async def people(office: Office, browser: Browser) -> AsyncIterator[People]:
    await appoint(
        browser,
        appointment("head", PLACE, "head@example.org"),
        appointment("head", FOREIGN, "stranger@example.org"),
        appointment("smo-operator", "smo", "operator@example.org"),
    )
    async with AsyncExitStack() as opened:

        async def come(email: str) -> Browser:
            mine = await opened.enter_async_context(office.browser())
            mine.headers["Accept"] = "text/html"
            await office.come(mine, email)
            return mine

        head = await come("head@example.org")
        roles = ("clerk", "responsible")
        await appoint(head, *(appointment(role, PLACE, f"{role}@example.org") for role in roles))
        theirs = [await come(f"{role}@example.org") for role in roles]
        others = [await come("operator@example.org"), await come("stranger@example.org")]
        others.append(await opened.enter_async_context(office.browser()))
        yield People(browser, head, *theirs, *others)
