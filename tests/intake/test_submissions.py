"""Submissions that are committed together: what a batch costs, what repeats, and what fails."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.initiatives import InitiativeSubmitted
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment, Repeat
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, TooLarge, Unauthorized
from services.chassis.streams import outbox
from services.intake.core.domain import Author
from services.intake.initiatives.commands import submit_initiative
from services.intake.initiatives.commands.submit_initiative import (
    Outcome,
    Submission,
    Submissions,
    Submitted,
    submit_together,
)
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import initiatives
from services.intake.initiatives.store.initiatives import New
from services.intake.participants.domain import Participant
from services.intake.participants.store import participants
from tests.factories import DISTRICT, OKRUG, define_campaign

NOW = datetime.now(UTC)
WAITING = """SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
 WHERE datname = current_database() AND NOT granted"""


@pytest.fixture
async def author(intake: Pool) -> Author:
    return await register(intake, OKRUG)


async def register(pool: Pool, place: str) -> Author:
    """Somebody who may submit."""
    dimensions = ("spring", place, None, {"position": "budget"})
    person = Participant(uuid4(), *dimensions, f"{uuid4().hex}@e.org", "1", NOW, NOW, 1)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, place)
        await participants.add(db, person)
    return Author(person.id, place, "spring", "")


def submission(who: Author, key: str = "", title: str = "Переход") -> Submission:
    repeat = Repeat(str(who.participant_id), key, title.encode()) if key else None
    form = {"form": "personal"}
    return Submission(who, define_campaign(), None, "roads", form, title, "Нужен.", Moment(NOW, repeat))


def ids(outcomes: Sequence[Outcome]) -> list[UUID]:
    assert all(isinstance(outcome, Submitted) for outcome in outcomes), outcomes
    return [outcome.id for outcome in outcomes if isinstance(outcome, Submitted)]


async def held(worker: Pool) -> list[list[UUID]]:
    """The ids of what is stored, begun, to be confirmed to its author, and told."""
    queries = (
        "SELECT id FROM initiative",
        "SELECT initiative_id FROM initiative_history",
        "SELECT initiative_id FROM acceptance",
        "SELECT o.subject::uuid FROM outbox_pending AS p JOIN outbox AS o ON o.id = p.outbox_id",
    )
    return [sorted(id_ for (id_,) in await worker.fetch(query)) for query in queries]


class Watched:
    """A pool whose connections note what they are asked, and whose rows they see afterwards."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self.asked, self.seen = pool, list[str](), "nobody has looked"

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Db]:
        async with self._pool.acquire() as db:
            with db.query_logger(lambda record: self.asked.append(record.query)):
                yield db
            self.seen = await db.fetchval("SELECT current_setting('app.municipalities', true)")


@pytest.mark.parametrize("count", [1, 5])
async def test_a_batch_is_four_statements(intake: Pool, author: Author, count: int) -> None:
    elsewhere, watched = await register(intake, DISTRICT), Watched(intake)
    batch = [submission(who, uuid4().hex) for who in (author, elsewhere) * count]
    # Once a connection asks what the types are like.
    await submit_together(intake, [submission(author, "first")])

    outcomes = await submit_together(cast("Pool", watched), batch)
    await asyncio.sleep(0)

    assert len(set(ids(outcomes))) == 2 * count
    assert len(watched.asked) == 4, watched.asked
    assert not watched.seen


async def test_who_is_not_registered_holds_up_no_other(intake: Pool, author: Author, worker: Pool) -> None:
    unknown, foreign = Author(uuid4(), OKRUG, "spring", ""), Author(author.participant_id, DISTRICT, "", "")
    batch = [submission(who, f"{nth}") for nth, who in enumerate((unknown, author, foreign, author))]

    first, second, third, fourth = await submit_together(intake, batch)

    assert isinstance(first, Unauthorized)
    assert isinstance(third, Unauthorized)
    assert await held(worker) == [sorted(ids([second, fourth]))] * 4


async def test_nobody_at_all_is_registered(intake: Pool) -> None:
    (outcome,) = await submit_together(intake, [submission(Author(uuid4(), OKRUG, "spring", ""))])

    assert isinstance(outcome, Unauthorized)


async def test_of_a_batch_that_repeats_in_part_the_rest_is_stored(
    intake: Pool, author: Author, worker: Pool
) -> None:
    earlier = await submit_together(intake, [submission(author, key) for key in "ab"])

    batch = [submission(author, key) for key in ("b", "c", "", "a", "d", "")]
    outcomes = await submit_together(intake, batch)

    assert [outcomes[0], outcomes[3]] == [earlier[1], earlier[0]]
    assert await held(worker) == [sorted({*ids(earlier), *ids(outcomes)})] * 4
    assert len({*ids(earlier), *ids(outcomes)}) == 6


async def test_of_one_key_in_a_batch_the_first_is_stored(intake: Pool, author: Author, worker: Pool) -> None:
    batch = [submission(author, "a"), submission(author, "b"), submission(author, "a")]
    other = submission(author, "a", "Тротуар")

    first, another, again, reused = await submit_together(intake, [*batch, other])
    (later,) = await submit_together(intake, [other])

    assert again == first
    assert [str(refused) for refused in (reused, later)] == ["idempotency-key-reused"] * 2
    assert isinstance(reused, Invalid)
    assert await held(worker) == [sorted(ids([first, another]))] * 4


async def test_two_batches_with_the_same_keys_wait_for_each_other_and_agree(
    intake: Pool, author: Author, worker: Pool
) -> None:
    batch = [submission(author, f"{nth:02}") for nth in range(20)]
    async with asyncio.timeout(20), worker.acquire() as db:
        # Held in the middle: two who take their keys from different ends would have what the other waits for.
        middle = db.transaction()
        await middle.start()
        await db.execute(idempotency.sql.take, str(author.participant_id), "10", b"")
        both = asyncio.gather(submit_together(intake, batch), submit_together(intake, batch[::-1]))
        while await worker.fetchval(WAITING) < 2:
            await asyncio.sleep(0.01)
        await middle.rollback()
        one, other = await both

    assert one == other[::-1]
    assert await held(worker) == [sorted(ids(one))] * 4


async def test_an_event_that_is_too_large_leaves_nothing(
    intake: Pool, author: Author, worker: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "LARGEST", 100)

    with pytest.raises(TooLarge):
        await submit_together(intake, [submission(author, "a"), submission(author)])

    assert await held(worker) == [[]] * 4
    assert await worker.fetchval("SELECT count(*) FROM idempotency_key") == 0


async def test_nothing_is_stored_where_its_transaction_does_not_see(intake: Pool, author: Author) -> None:
    what = ("spring", OKRUG, author.participant_id, None, "roads", {"form": "personal"}, "Переход", "Нужен.")
    initiative = Initiative(uuid4(), 1, *what, NOW)
    event = initiative.event(InitiativeSubmitted, define_campaign())

    async with intake.acquire() as db, db.transaction():
        assert await initiatives.prepare(db, {DISTRICT}, [author]) == {}
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await initiatives.submit(db, [New(initiative, event)])


async def outcomes(monkeypatch: pytest.MonkeyPatch, error: Exception) -> tuple[list[Any], list[int]]:
    """Of three submissions at once, and how many were tried together each time."""
    tried = list[int]()

    async def fail(_: object, batch: Sequence[Submission]) -> None:
        tried.append(len(batch))
        raise error

    monkeypatch.setattr(submit_initiative, "submit_together", fail)
    submissions = Submissions(cast("Any", None))
    waiting = [asyncio.create_task(submissions.submit(cast("Any", None))) for _ in range(3)]
    await asyncio.sleep(0)
    running = asyncio.create_task(submissions.run())
    answered = await asyncio.gather(*waiting, return_exceptions=True)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return answered, tried


async def test_a_commit_whose_outcome_is_unknown_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    answered, tried = await outcomes(monkeypatch, lost)

    assert (answered, tried) == ([lost] * 3, [3])


async def test_one_that_cannot_be_stored_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    _, tried = await outcomes(monkeypatch, asyncpg.CheckViolationError("of one"))

    assert tried == [3, 1, 1, 1]
