"""Somebody who reads what is open, and whoever publishes it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from contracts.initiatives import InitiativeStatus
from services.intake.initiatives.domain import Initiative
from services.intake.published.commands.publish_texts import publish_now
from tests.intake.course.told import Told

ATOM = "{http://www.w3.org/2005/Atom}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


@dataclass
class Reader:
    """Reads without a sign-in; `told` decides."""

    told: Told

    async def publish(self, minutes: int = 0) -> None:
        """Let the worker look, so many minutes later."""
        office, now = self.told.office, datetime.now(UTC) + timedelta(minutes=minutes)
        await publish_now(office.pool, office.web.app.state.region, now)

    async def determined(self, **changes: object) -> Initiative:
        """An initiative that was determined long ago, and is published by the next look."""
        return await self.told.office.submit(**{"status": InitiativeStatus.DETERMINED} | changes)  # type: ignore[arg-type]

    async def get(self, path: str, **headers: str) -> Any:
        async with self.told.office.web.browser() as client:
            client.follow_redirects = False
            return await client.get(path, headers={"Accept": "text/html"} | headers)

    async def page(self, path: str) -> str:
        """The words of a page that is there."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    async def numbers(self, path: str = "/open") -> list[int]:
        """Which initiatives a list shows, in its order."""
        page = await self.page(path)
        return [int(part.partition('"')[0]) for part in page.split('href="/open/initiatives/')[1:]]

    async def feed(self, path: str = "/open/feed.atom") -> Element:
        """The feed, read as a program reads it."""
        answer = await self.get(path, Accept="application/atom+xml")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("application/atom+xml")
        return fromstring(answer.content)
