"""A line of subordination beside the submissions: orders are given, read, reported and judged, questions
asked and answered; and what must hold of each deed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx2

from services.chassis.web.tokens import Signer
from tests.chaos.history import History
from tests.chaos.load import AGAIN, CANARY, WRONG
from tests.client import Client
from tests.installation import Installation

PAUSE = 1.0
"""Seconds between one order with its question and the next: some are enough."""

HALFWAY, RETURNED = 0.15, 0.3
"""The shares of orders and questions that are left at each step, and of reports that are returned."""

PLACE, ADMINISTRATOR = "13702000", "line-administrator@example.org"
HEAD, LEADER, COORDINATOR = (f"line-{role}@example.org" for role in ("head", "leader", "coordinator"))

SCHOOL = """
    SELECT id::text FROM organization WHERE founder = $1 AND kind = 'школа' ORDER BY external_id LIMIT 1"""

DEEDS = """
    SELECT work_order::text AS id, what, count(*) AS n
      FROM work_order_step WHERE what <> 'closed' GROUP BY 1, 2
    UNION ALL SELECT question::text, what, count(*) FROM question_step GROUP BY 1, 2"""

STEPS = """
    SELECT 'order-task' AS kind, t.id, t.state, t.version,
           (SELECT 1 + count(*) FROM work_order_step AS s WHERE s.task = t.id) AS steps
      FROM work_order_task AS t
    UNION ALL
    SELECT 'question', q.id, q.state, q.version,
           (SELECT count(*) FROM question_step AS s WHERE s.question = q.id)
      FROM question AS q"""

STANDING = """
    SELECT municipality, 'orders' AS counter, count(*) AS n,
           CASE WHEN working_group IS NULL THEN 'head/' ELSE 'group/' END || state AS key
      FROM work_order WHERE issued_at IS NOT NULL GROUP BY 1, 4
    UNION ALL
    SELECT municipality, 'order_tasks', count(*), 'coordinator/' || state FROM work_order_task GROUP BY 1, 4
    UNION ALL
    SELECT municipality, 'questions', count(*), 'coordinator/' || state FROM question GROUP BY 1, 4
    UNION ALL
    SELECT municipality, 'reports', count(*), level || CASE number WHEN 0 THEN '/due' ELSE '/sent' END
      FROM report GROUP BY 1, 4"""
"""By hierarchy's own tables: of those who work here alone coordinators are ordered and ask."""

COUNTED = "SELECT municipality, counter, key, n FROM counter WHERE family = 'work:state' AND n <> 0"


@dataclass
class Hands:
    """Requests to hierarchy in the name of one of its staff."""

    client: Client
    signer: Signer

    @classmethod
    def of(cls, client: Client) -> "Hands":
        """By the key with which hierarchy signs."""
        return cls(client, Signer("hierarchy", (client.installation.folder / "hierarchy.pem").read_bytes()))

    async def post(
        self, account: str, path: str, given: Mapping[str, object] | None, key: str = ""
    ) -> httpx2.Response:
        """Ask once."""
        token, _ = self.signer.issue(account, str(UUID(int=20)), name="Линия")
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        url = f"{self.client.url('hierarchy')}/api/v1/{path}"
        return await self.client.http.post(url, json=given, headers=headers)


async def appoint(whole: Installation) -> None:
    """A Head, a working group for everything with its leader, and an organization's coordinator."""
    async with whole.client() as client:
        await client.invite(ADMINISTRATOR, "Админова Ада")
        hands = Hands.of(client)
        # Yesterday's in every zone.
        act = {"number": "1-р", "day": (datetime.now(UTC) - timedelta(days=2)).date().isoformat()}

        async def done(by: str, path: str, **given: object) -> dict[str, Any]:
            answer = await hands.post(await _account(whole, by), path, act | given)
            assert answer.status_code == 201, answer.text
            return dict(answer.json())

        async def appointed(by: str, role: str, of: str, email: str) -> None:
            person = {"role": role, "of": of, "email": email, "name": "Линейный Леонид Львович"}
            await done(by, "appointments", appointments=[person])

        await appointed(ADMINISTRATOR, "head", PLACE, HEAD)
        group = {"name": "Линия", "covers_all": True}
        (group_id,) = (await done(HEAD, "working-groups", municipality=PLACE, groups=[group]))["formed"]
        await appointed(HEAD, "leader", group_id, LEADER)
        ((school,),) = await whole.rows("hierarchy", SCHOOL, PLACE)
        await appointed(LEADER, "coordinator", school, COORDINATOR)


async def _account(whole: Installation, email: str) -> str:
    ((id_,),) = await whole.rows("hierarchy", "SELECT id::text FROM account WHERE email = $1", email)
    return str(id_)


class Line:
    """Its people, the history of their requests, and every deed that was answered."""

    def __init__(self, client: Client, history: History, rng: Random) -> None:
        self._client, self.history, self._rng = client, history, rng
        self._hands = Hands.of(client)
        self._accounts: dict[str, str] = {}
        self.going = True
        self.deeds: Counter[tuple[str, str]] = Counter()
        """Of each order or question (its id), how often what was done with it."""

    async def run(self) -> None:
        """Work until `going` is false; what has begun is ended."""
        whole = self._client.installation
        self._accounts = {email: await _account(whole, email) for email in (HEAD, LEADER, COORDINATOR)}
        ((group,),) = await whole.rows(
            "hierarchy", "SELECT id::text FROM working_group WHERE municipality = $1", PLACE
        )
        while self.going:
            await self._order(str(group))
            await self._ask()
            await asyncio.sleep(PAUSE)

    async def _order(self, group: str) -> None:
        to = [] if self._rng.random() < WRONG else [f"group:{group}"]
        given = {"to": to, "text": CANARY, "deadline": {"hours": 16}}
        issued = await self._do(HEAD, "issued", "orders", given, wrong=not to)
        if not issued:
            return
        path = f"orders/{issued['id']}"
        if self._goes_on():
            await self._do(COORDINATOR, "acknowledged", f"{path}/acknowledgement", None)
        if self._goes_on() and (
            reported := await self._do(COORDINATOR, "reported", f"{path}/report", {"text": CANARY})
        ):
            if self._rng.random() < RETURNED:
                reason = {"task": reported["task"], "reason": CANARY}
                await self._do(HEAD, "returned", f"{path}/return", reason)
            elif self._goes_on():
                await self._do(HEAD, "accepted", f"{path}/acceptance", {"tasks": [reported["task"]]})

    async def _ask(self) -> None:
        asked = await self._do(COORDINATOR, "asked", "questions", {"text": CANARY})
        if asked and self._goes_on():
            await self._do(LEADER, "answered", f"questions/{asked['id']}/answer", {"text": CANARY})

    def _goes_on(self) -> bool:
        return self._rng.random() >= HALFWAY

    async def _do(
        self, by: str, what: str, path: str, given: Mapping[str, object] | None, *, wrong: bool = False
    ) -> dict[str, Any] | None:
        """Do it until it is answered, now and then once more; nothing where it was refused for good."""
        key = UUID(int=self._rng.getrandbits(128)).hex
        done = await self._until_final(by, what, key, path, given, wrong)
        if done:
            self.deeds[str(done["id"]), what] += 1
            if self._rng.random() < AGAIN:
                await self._until_final(by, what, key, path, given, wrong)
        return done

    async def _until_final(
        self, by: str, what: str, key: str, path: str, given: Mapping[str, object] | None, wrong: bool
    ) -> dict[str, Any] | None:
        while True:
            self.history.invoke(key)
            try:
                answer = await self._hands.post(self._accounts[by], path, given, key)
            except httpx2.HTTPError as error:
                self.history.info(key, type(error).__name__)
                await asyncio.sleep(0.1)
                continue
            if answer.is_success:
                told = dict(answer.json())
                self.history.ok(key, f"{told['id']} {what}")
                if wrong:
                    self.history.violations.append(f"{what} although it is wrong: {told['id']}")
                return told
            if answer.status_code < 500:
                self.history.fail(key, answer.status_code)
                if not wrong and "/problems/campaign-" not in answer.text:
                    self.history.violations.append(f"{what} was refused: {answer.text}")
                return None
            self.history.info(key, str(answer.status_code))
            await asyncio.sleep(0.1)


async def violations(whole: Installation, line: Line) -> list[str]:
    """Each deed that was answered stands once, nothing is open that was done, and all is counted once; as
    sentences."""
    done = [v async for v in _done(whole, line)]
    return [*line.history.violations, *done, *await amiss(whole)]


async def _done(whole: Installation, line: Line) -> AsyncIterator[str]:
    ids = {id_ for id_, _ in line.deeds}
    rows = await whole.rows("hierarchy", DEEDS)
    stored = Counter({(row["id"], row["what"]): row["n"] for row in rows if row["id"] in ids})
    if lost := line.deeds - stored:
        yield f"{lost.total()} of {line.deeds.total()} deeds that were answered are gone: {[*lost][:3]}"
    if more := stored - line.deeds:
        yield f"{more.total()} deeds stand that nobody was told of: {[*more][:3]}"


async def amiss(whole: Installation) -> list[str]:
    """What stands otherwise than its steps tell, or is counted otherwise than it stands; as sentences."""
    found = [
        f"{row['kind']} {row['id']} has other steps than versions: {dict(row)}"
        for row in await whole.rows("hierarchy", STEPS)
        if row["version"] != row["steps"]
    ]
    standing, counted = await _by_key(whole, "hierarchy", STANDING), await _by_key(whole, "metrics", COUNTED)
    return found + [
        f"{' '.join(key)}: metrics counts {counted[key]}, in hierarchy stand {standing[key]}"
        for key in sorted({*standing, *counted})
        if counted[key] != standing[key]
    ]


async def _by_key(whole: Installation, service: str, query: str) -> Counter[tuple[str, str, str]]:
    rows = await whole.rows(service, query)
    return Counter({(row["municipality"], row["counter"], row["key"]): row["n"] for row in rows})
