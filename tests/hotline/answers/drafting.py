"""Verbs by which answers come about in a test: over the pages, as their keepers write them."""

import re
from uuid import UUID, uuid4

from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import Role
from tests.factories import DISTRICT
from tests.hotline.staffed import GROUP, Staffed

Browser = AsyncTestClient[Litestar]
WORDING = {
    "theme": "registration",
    "title": "Как зарегистрироваться",
    "text": "Откройте портал и нажмите «Участвовать».",
}


async def operator(line: Staffed, of: str = DISTRICT) -> str:
    """An operator of a municipality's line: their token."""
    return await line.grant(Role.HOTLINE_OPERATOR, of, of, "Операторова")


async def leader(line: Staffed) -> str:
    """The leader of the district's working group: their token."""
    return await line.grant(Role.LEADER, str(GROUP), DISTRICT, "Лидерова")


async def draft(browser: Browser, municipality: str = DISTRICT, **wording: str) -> UUID:
    """Write an answer, which waits for approval."""
    form = {"municipality": municipality, "form_key": uuid4().hex, **(WORDING | wording)}
    answer = await browser.post("/hotline/answers/new", data=form)
    assert answer.status_code == 303, answer.text
    found = re.search(r"/hotline/answers/([0-9a-f-]{36})", answer.headers["location"])
    assert found
    return UUID(found[1])


async def approve(browser: Browser, id_: UUID, nth: int = 1) -> None:
    """Let a version be sent."""
    answer = await browser.post(f"/hotline/answers/{id_}/approval", data={"nth": str(nth)})
    assert answer.status_code == 303, answer.text


async def publish(browser: Browser, id_: UUID) -> None:
    """Let everybody read an answer."""
    answer = await browser.post(f"/hotline/answers/{id_}/publication", data={"published": "1"})
    assert answer.status_code == 303, answer.text


async def approved(line: Staffed, municipality: str = DISTRICT, **wording: str) -> UUID:
    """An answer that may be sent."""
    role = Role.ADMINISTRATOR if municipality == "region" else Role.HEAD
    token = await line.grant(role, municipality, municipality, "Главина")
    async with line.browser(token) as browser:
        id_ = await draft(browser, municipality, **wording)
        await approve(browser, id_)
    return id_


async def found(browser: Browser, q: str, municipality: str = DISTRICT, **more: str) -> list[str]:
    """The titles that a search over the API finds, the best first."""
    asked = {"municipality": municipality, "q": q, **more}
    answer = await browser.get("/api/v1/answers", params=asked)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]
