"""A Head beside the submissions who decides on what was submitted, and now and then takes it back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import httpx2

from contracts.appointments import GrantGiven, Role, Scope
from services.chassis.db.pool import open_pool
from services.chassis.streams import outbox
from services.chassis.web.tokens import Signer
from tests.chaos.history import History
from tests.chaos.load import AGAIN, MUNICIPALITIES
from tests.client import Client
from tests.installation import Installation

UNDONE = 0.2
"""The share of decisions that are taken back at once."""

LATEST, TOGETHER = 300, 6
"""Among how many of the last initiatives some are chosen, and how many are decided on together."""

HEAD = UUID(int=18)

WAYS: Sequence[dict[str, object]] = (
    {"decision": "determine"},
    {"decision": "determine"},
    {"decision": "put-forward"},
    {"decision": "return", "text": "Уточните, какая улица."},
    {"decision": "decline", "reason": "not-ours", "text": "Это дорога области."},
    {"decision": "transfer", "direction": "roads"},
)

STEPS = """
    SELECT number, version,
           (SELECT count(*) FROM initiative_history AS h
             WHERE h.municipality = i.municipality AND h.initiative_id = i.id) AS steps,
           (SELECT 1 + count(*) + count(d.undone_at) FROM decision AS d
             WHERE d.municipality = i.municipality AND d.initiative_id = i.id) AS decided
      FROM initiative AS i"""


async def appoint(whole: Installation) -> None:
    """One Head of all the municipalities in which somebody submits."""
    began = datetime.now(UTC) - timedelta(days=1)
    rights = {"version": 1, "account": HEAD, "role": Role.HEAD, "scope": Scope.MUNICIPALITY, "from_at": began}
    grants = [GrantGiven(**rights, id=uuid4(), of=code, municipality=code) for code in MUNICIPALITIES]
    async with open_pool(whole.settings("hierarchy")) as pool, pool.acquire() as db, db.transaction():
        await outbox.publish(db, *grants)


class Deciders:
    """The Head's clerk, and the history of what was decided."""

    def __init__(self, client: Client, submitted: History, history: History, rng: Random) -> None:
        self._client, self._submitted, self._history, self._rng = client, submitted, history, rng
        key = client.installation.folder / "hierarchy.pem"
        self._signer = Signer("hierarchy", key.read_bytes())
        self.going, self.decided = True, 0

    async def run(self, pause: float) -> None:
        """Decide until `going` is false; what has begun is ended."""
        while self.going:
            await asyncio.sleep(pause)
            latest = list(self._submitted.accepted.values())[-LATEST:]
            if not latest:
                continue
            ids = self._rng.sample(latest, min(TOGETHER, len(latest)))
            key = UUID(int=self._rng.getrandbits(128)).hex
            given = {"ids": ids, **self._rng.choice(WAYS)}
            bulk = await self._until_final("POST", key, "", given)
            if bulk and self._rng.random() < AGAIN:
                await self._until_final("POST", key, "", given)
            if bulk and self._rng.random() < UNDONE:
                await self._until_final("DELETE", f"{key}-undo", f"/{bulk}", None)

    async def _until_final(
        self, method: str, key: str, path: str, given: dict[str, object] | None
    ) -> str | None:
        """The id of what was decided together; nothing where it was refused for good."""
        url = f"{self._client.url('intake')}/api/v1/decisions{path}"
        while True:
            self._history.invoke(key)
            token, _ = self._signer.issue(str(HEAD), str(UUID(int=19)), name="Глава")
            headers = {"Idempotency-Key": key, "Authorization": f"Bearer {token}"}
            try:
                answer = await self._client.http.request(method, url, json=given, headers=headers)
            except httpx2.HTTPError as error:
                self._history.info(key, type(error).__name__)
                await asyncio.sleep(0.1)
                continue
            if answer.status_code in (200, 201):
                told = answer.json()
                self._history.ok(key, told["id"])
                self.decided += told["decided"]
                return str(told["id"])
            over = "/problems/campaign-" in answer.text
            if over or (answer.status_code < 500 and answer.status_code != 409):
                self._history.fail(key, answer.status_code)
                return None
            self._history.info(key, str(answer.status_code))
            await asyncio.sleep(0.1)


async def violations(whole: Installation, submitted: History, history: History) -> list[str]:
    """Each step of an initiative happened once and is written down; as sentences."""
    if submitted.restored:
        # What was decided in the lost part of the past is lost with it.
        return [v async for v in _steps(whole)]
    return [*history.violations, *[v async for v in _steps(whole)]]


async def _steps(whole: Installation) -> AsyncIterator[str]:
    for row in await whole.rows("intake", STEPS):
        if not row["version"] == row["steps"] == row["decided"]:
            yield f"initiative {row['number']} has other steps than versions or decisions: {dict(row)}"
