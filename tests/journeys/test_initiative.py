"""The life of initiatives on a whole installation, with a clock that is passed in: submitted, decided on by
two levels, corrected, moved, taken back; told to metrics and to other systems, the same in both."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2

from contracts.appointments import GrantGiven, Role, Scope, WorkingGroupDefined
from services.chassis.db.pool import open_pool
from services.chassis.streams import outbox
from services.chassis.web.tokens import Signer
from tests.client import PATIENCE, Client, Person
from tests.installation import Installation

DISTRICT, OTHER = "13603000", "13702000"
GROUP, LEADER, HEAD = (uuid4() for _ in range(3))

STATES = """
    SELECT key, sum(n)::bigint AS n FROM counter
     WHERE municipality = ANY ($1::text[]) AND family = 'status' GROUP BY key"""

STORED = "SELECT status, count(*) AS n FROM initiative WHERE municipality = ANY ($1::text[]) GROUP BY status"

VERSION = "SELECT version FROM initiative WHERE id = $1::text::uuid"

TOLD = """
    SELECT o.type, (o.data::jsonb ->> 'version')::int AS version
      FROM outbox AS o WHERE o.subject = $1 ORDER BY o.id"""


def days_ago(days: float) -> str:
    """A moment of the past, as a demonstration's client says it."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


async def appoint(whole: Installation) -> None:
    """A working group for roads with its leader, and the Head above it."""
    began = datetime.now(UTC) - timedelta(days=10)
    rights: dict[str, Any] = {"version": 1, "municipality": DISTRICT, "from_at": began}
    whole_of = {"scope": Scope.MUNICIPALITY, "of": DISTRICT}
    of_group = {"scope": Scope.GROUP, "of": str(GROUP)}
    (campaign,) = await whole.rows("hierarchy", "SELECT id FROM campaign WHERE open")
    async with open_pool(whole.settings("hierarchy")) as pool, pool.acquire() as db, db.transaction():
        await outbox.publish(
            db,
            GrantGiven(id=uuid4(), account=HEAD, role=Role.HEAD, **rights | whole_of),
            GrantGiven(id=uuid4(), account=LEADER, role=Role.LEADER, **rights | of_group),
            WorkingGroupDefined(
                version=1,
                id=GROUP,
                campaign=campaign["id"],
                municipality=DISTRICT,
                covers_all=False,
                directions=["roads"],
                organizations=[],
            ),
        )


class House:
    """The author, and those who decide."""

    def __init__(self, client: Client, author: Person) -> None:
        self.client, self.author = client, author
        self._signer = Signer("hierarchy", (client.installation.folder / "hierarchy.pem").read_bytes())

    async def call(
        self, method: str, path: str, body: Mapping[str, object] | None, who: UUID | None, days: float = 0
    ) -> httpx2.Response:
        """A request by one of the staff, or by the author, so many days ago. A clock of the past never goes
        back for anybody, so nobody says it who looks."""
        token = self._signer.issue(str(who), str(UUID(int=7)), name="Кто")[0] if who else self.author.token
        headers = {"Authorization": f"Bearer {token}"} | ({"X-Demo-Time": days_ago(days)} if days else {})
        url = f"{self.client.url('intake')}/api/v1/{path}"
        return await self.client.http.request(method, url, json=body, headers=headers)

    async def done(self, *asked: Any, method: str = "POST") -> dict[str, Any]:
        """The same where it must succeed."""
        answer = await self.call(method, *asked)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    async def submit(self, title: str, days: float) -> str:
        """An initiative of the author's; its id."""
        wish = {"direction": "roads", "form": "personal", "title": title, "text": "Дети идут по обочине."}
        return str((await self.done("initiatives", wish, None, days))["id"])

    async def decide(
        self, kind: str, ids: Sequence[str], who: UUID, days: float, **more: object
    ) -> dict[str, Any]:
        """What was decided together; each of these."""
        given = {"ids": list(ids), "decision": kind, **more}
        answer = await self.done("decisions", given, who, days)
        assert answer["decided"] == len(ids), answer
        return answer

    async def knows(self) -> None:
        """Wait until intake knows who leads what."""
        async with asyncio.timeout(PATIENCE):
            for who in (LEADER, HEAD):
                while (await self.call("GET", "determination", None, who)).status_code != 200:
                    await asyncio.sleep(0.1)

    async def leads(self, initiative: str) -> None:
        """Wait until the leader's group holds it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                listed = (await self.call("GET", "determination", None, LEADER)).json()["items"]
                if initiative in {item["id"] for item in listed}:
                    return
                await asyncio.sleep(0.1)


async def test_an_initiative_goes_through_its_whole_life(client: Client) -> None:
    whole = client.installation
    await appoint(whole)
    house = House(client, await client.register(DISTRICT))
    await house.knows()
    ids = [await house.submit(f"Тротуар {nth}", days=4) for nth in range(8)]
    forward, declined, merged, moved, passed, undone, withdrawn, returned = ids
    await house.leads(forward)

    await house.decide("determine", [forward, declined], LEADER, days=3)
    await house.decide("put-forward", [forward], HEAD, days=2)
    await house.decide("decline", [declined], HEAD, days=2, reason="not-ours", text="Дорога областная.")
    await house.decide("merge", [merged], LEADER, days=2, into=forward)
    await house.decide("transfer", [passed], LEADER, days=2, direction="amenities")
    await house.decide("return", [returned], LEADER, days=2, text="Напишите, какая улица.")
    error = await house.decide("decline", [undone], LEADER, 2, reason="other", text="По ошибке.")
    taken_back = await house.done(f"decisions/{error['id']}", None, LEADER, 2, method="DELETE")
    await house.done(f"initiatives/{moved}/correction", {"municipality": OTHER}, None, 1)
    await house.done(f"initiatives/{withdrawn}/withdrawal", {"reason": "Передумала."}, None, 1)
    foreign = await house.call("POST", "decisions", {"ids": [passed, moved], "decision": "determine"}, LEADER)

    assert [item["status"] for item in taken_back["items"]] == ["accepted"]
    assert [item["refusal"]["slug"] for item in foreign.json()["items"]] == ["initiative-not-here"] * 2
    await _equal(whole)
    await _in_order(whole, ids)


async def _equal(whole: Installation) -> None:
    """metrics counts in every state what intake holds."""
    places, seen = [DISTRICT, OTHER], (Counter[str](), Counter[str]())
    try:
        async with asyncio.timeout(PATIENCE):
            while not seen[0] or seen[0] != seen[1]:
                stored = {row["status"]: row["n"] for row in await whole.rows("intake", STORED, places)}
                shown = {
                    row["key"]: row["n"] for row in await whole.rows("metrics", STATES, places) if row["n"]
                }
                seen = Counter(stored), Counter(shown)
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise AssertionError(f"intake holds {seen[0]}, metrics shows {seen[1]}") from error
    assert whole.run("metrics", "verify").returncode == 0


async def _in_order(whole: Installation, ids: Sequence[str]) -> None:
    """Each is told from its first version on, without a gap, the last as it is stored."""
    for id_ in ids:
        told = [row["version"] for row in await whole.rows("intake", TOLD, id_)]
        (stored,) = await whole.rows(
            "intake", "SELECT version FROM initiative WHERE id = $1::text::uuid", id_
        )
        assert told == list(range(1, stored["version"] + 1))
