"""The hotline beside the submissions: people who ask all the time, and what must hold of each inquiry."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import httpx2

from tests.chaos.history import History
from tests.chaos.load import AGAIN, CANARY, MUNICIPALITIES, REFUSED, WRONG
from tests.client import Client
from tests.installation import Installation

CALLERS = 2
LATE = 0.2
"""The share of inquiries that were asked so long ago that they are late at once: each climbs twice."""
LONG_AGO = timedelta(days=12)

ESCALATIONS = """
    SELECT number, escalations,
           (SELECT count(*) FROM inquiry_level WHERE inquiry_id = i.id AND why = 'escalated') AS levels,
           (SELECT count(*) FROM inquiry_entry WHERE inquiry_id = i.id AND kind = 'escalated') AS entries,
           (SELECT count(*) FROM outbox
             WHERE type = 'dialogue.inquiry.escalated.v1' AND subject = i.id::text) AS told
      FROM inquiry AS i"""

OVERDUE = """
    SELECT number FROM inquiry AS i JOIN inquiry_clock AS c ON c.inquiry_id = i.id WHERE c.next_at < $1"""


class Calls:
    """Who asks the hotline, and their history."""

    def __init__(self, client: Client, history: History, rng: Random, pause: float) -> None:
        self._client, self._history, self._rng, self._pause = client, history, rng, pause
        self.going = True

    async def run(self) -> None:
        """Ask until `going` is false; what has begun is ended."""
        async with asyncio.TaskGroup() as group:
            for i in range(CALLERS):
                group.create_task(self._ask(MUNICIPALITIES[i % len(MUNICIPALITIES)]))

    async def _ask(self, municipality: str) -> None:
        while self.going:
            key, late = UUID(int=self._rng.getrandbits(128)).hex, self._rng.random() < LATE
            question = self._question(key, municipality, wrong=self._rng.random() < WRONG)
            asked_at = datetime.now(UTC) - LONG_AGO if late else None
            await self._until_final(key, question, asked_at)
            if self._rng.random() < AGAIN and key in self._history.accepted:
                await self._until_final(key, question, asked_at)
            await asyncio.sleep(self._pause)

    def _question(self, key: str, municipality: str, wrong: bool) -> dict[str, object]:
        return {
            "municipality": municipality,
            "theme": "no-such-theme" if wrong else "other",
            "text": REFUSED if wrong else CANARY,
            "name": CANARY,
            # An address of their own: nobody is slowed down for asking much.
            "reply_to": {"email": f"{key}@example.org"},
        }

    async def _until_final(self, key: str, question: dict[str, object], asked_at: datetime | None) -> None:
        """Repeat until there is a final answer."""
        url = f"{self._client.url('hotline')}/api/v1/inquiries"
        headers = {"Idempotency-Key": key} | ({"X-Demo-Time": asked_at.isoformat()} if asked_at else {})
        while True:
            self._history.invoke(key)
            try:
                answer = await self._client.http.post(url, json=question, headers=headers)
            except httpx2.HTTPError as error:
                self._history.info(key, type(error).__name__)
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 201:
                return self._history.ok(key, answer.json()["id"])
            if answer.status_code < 500 and answer.status_code != 409:
                return self._history.fail(key, answer.status_code)
            self._history.info(key, str(answer.status_code))
            await asyncio.sleep(0.1)


async def violations(whole: Installation, history: History) -> list[str]:
    """Each accepted inquiry exists once, and each climbed once a level; as sentences."""
    return [*history.violations, *[v async for v in _kept(whole, history)], *await escalated(whole)]


async def _kept(whole: Installation, history: History) -> AsyncIterator[str]:
    stored = {str(row["id"]) for row in await whole.rows("hotline", "SELECT id FROM inquiry")}
    accepted = set(history.accepted.values())
    if len(accepted) != len(history.accepted):
        yield "two keys were answered with one inquiry"
    if missing := accepted - stored:
        yield f"{len(missing)} of {len(accepted)} accepted inquiries are gone: {sorted(missing)[:3]}"
    # A repeat whose answer was lost was accepted, too: nothing more may be there.
    if not history.open and (more := stored - accepted):
        yield f"{len(more)} inquiries are there that nobody was told of: {sorted(more)[:3]}"
    if unasked := await whole.rows("hotline", "SELECT FROM inquiry_entry WHERE text = $1", REFUSED):
        yield f"{len(unasked)} refused inquiries are stored"


async def escalated(whole: Installation) -> list[str]:
    """What has climbed otherwise than it is told, or twice; as sentences."""
    found = await whole.rows("hotline", ESCALATIONS)
    return [
        f"inquiry {row['number']} climbed otherwise than it tells: {dict(row)}"
        for row in found
        if not row["escalations"] == row["levels"] == row["entries"] == row["told"]
    ]


async def overdue(whole: Installation, seconds: float = 5) -> list[str]:
    """The inquiries that should have climbed so long ago; as sentences."""
    found = await whole.rows("hotline", OVERDUE, datetime.now(UTC) - timedelta(seconds=seconds))
    return [f"inquiry {row['number']} has not climbed in time" for row in found]
