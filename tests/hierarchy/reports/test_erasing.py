"""A year after a campaign the words of its work go, and what is counted stays."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from contracts.event import Event
from contracts.streams import partition_of
from contracts.work import WorkEvent
from deploy.local.home import new_signing_key
from services.chassis.db import pruning
from services.chassis.errors import NotFound
from services.chassis.process.files import Files
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.hierarchy.appointments.domain.scans import check_content
from services.hierarchy.core.domain.retention import KEPT
from services.hierarchy.orders.commands.attach_file import NewFile, attach_file
from services.hierarchy.orders.commands.discard_files import discard_erased
from services.hierarchy.orders.showing import show
from services.hierarchy.pruning import RULES
from services.hierarchy.restate import restate
from tests.hierarchy.office import PLACE, Browser, Office, everything
from tests.hierarchy.orders.giving import HEAD, ONE, SECOND, TEACHER, Line, lined
from tests.hierarchy.questions.asking import Asking
from tests.hierarchy.reports.reporting import ANOTHER, SCHOOL, Summaries

SECRET = "Тайное слово"
WORDS = {
    "work_order": "body",
    "work_order_task": "report_text || reason",
    "work_order_step": "words",
    "question": "body || answer || published_text",
    "message": "body",
    "report": "notes",
    "report_sent": "content::text",
}
"""Where the secret stands, by table."""

ANOTHER_CAMPAIGN = """
INSERT INTO campaign
SELECT (jsonb_populate_record(c, jsonb_build_object(
            'id', 'past', 'open', false, 'prepare_from', c.prepare_from - $1::int,
            'first_day', c.first_day - $1, 'last_day', c.last_day - $1, 'close_until', c.close_until - $1))).*
  FROM campaign AS c
"""


@pytest.fixture
async def line(office: Office, browser: Browser) -> Line:
    """Everybody is appointed."""
    return await lined(office, browser)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pauses between portions, each of one row."""
    monkeypatch.setattr(pruning, "BETWEEN", 0)
    monkeypatch.setattr(pruning, "PORTION", 1)


async def work(line: Line, files: Files, by: str) -> tuple[UUID, UUID]:
    """A message, an order with a file and a report, a question with its published answer, all with the
    secret; the ids of the order and the question."""
    pool, asking = line.office.pool, Asking(line)
    order = (await line.issue(HEAD, "role:coordinator", body=SECRET)).id
    new = NewFile(order, check_content(b"%PDF-" + order.bytes))
    await attach_file(pool, files, await line.staff(HEAD), new, line.at())
    await line.report(by, order, SECRET)
    question = (await asking.ask(by, SECRET)).id
    await asking.answer(ONE, question, SECRET)
    await asking.publish(ONE, question)
    message = (PLACE, uuid4(), (await line.staff(by)).account, (await line.staff(ONE)).account)
    async with everything(pool) as db:
        await db.execute(
            "INSERT INTO message VALUES ($1, $2, $3, $4, $5, $6)", *message, SECRET, line.office.now
        )
    return order, question


async def summed(summaries: Summaries, school: str, by: str) -> None:
    """A summary is sent with the secret."""
    await summaries.answer(school)
    await summaries.write(by, school, notes=SECRET)
    await summaries.send(by, school)


async def move_to_the_past(line: Line, order: UUID, question: UUID, school: str, sender: str) -> None:
    """It was in a campaign like this one that closed longer ago than its words are kept."""
    account = (await line.staff(sender)).account
    async with everything(line.office.pool) as db:
        await db.execute(ANOTHER_CAMPAIGN, KEPT.days + 30)
        await db.execute("UPDATE work_order SET campaign = 'past' WHERE id = $1", order)
        await db.execute("UPDATE question SET campaign = 'past' WHERE id = $1", question)
        await db.execute("UPDATE report SET campaign = 'past' WHERE name = $1", school)
        moved = "UPDATE message SET sent_at = sent_at - $1::interval WHERE sender = $2"
        await db.execute(moved, KEPT * 2, account)


async def erase(line: Line, files: Files) -> None:
    async with line.office.worker() as pool:
        for rule in RULES:
            await pruning.apply(pool, rule, datetime.now(UTC))
        await discard_erased(pool, files)


async def said(line: Line) -> dict[str, int]:
    """In how many rows of each table the secret stands."""
    async with everything(line.office.pool) as db:
        return {
            table: await db.fetchval(f"SELECT count(*) FROM {table} WHERE {words} LIKE $1", f"%{SECRET}%")
            for table, words in WORDS.items()
        }


async def told(line: Line) -> Sequence[Event]:
    """What whoever counts anew is told."""
    tell = restate(Signer("hierarchy", new_signing_key()))
    async with everything(line.office.pool) as db:
        return [event async for event in tell(db, Stream(WorkEvent.topic, partition_of(PLACE)))]


async def file_of(line: Line, order: UUID) -> str:
    async with everything(line.office.pool) as db:
        return str(await db.fetchval("SELECT id FROM work_order_file WHERE work_order = $1", order))


async def look(line: Line, order: UUID) -> str:
    head = await line.staff(HEAD)
    async with line.office.pool.acquire() as db, db.transaction():
        return (await show(db, head, order)).order.body


async def test_words_go_with_their_files_and_what_is_counted_stays(line: Line) -> None:
    files, asking = Files(line.office.files.as_uri()), Asking(line)
    old, new = await work(line, files, TEACHER), await work(line, files, SECOND)
    summaries = await Summaries.begun(line)
    await summaries.open()
    await summed(summaries, SCHOOL, TEACHER)
    await summed(summaries, ANOTHER, SECOND)
    await move_to_the_past(line, *old, SCHOOL, TEACHER)
    whole, counted = await said(line), await told(line)
    gone, kept = await file_of(line, old[0]), await file_of(line, new[0])

    # One is killed in the middle, another was between a file and its row; then two work at once.
    killed = asyncio.create_task(erase(line, files))
    await asyncio.sleep(0.02)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    await files.remove(f"orders/{PLACE}/{old[0]}/{gone}")
    await asyncio.gather(erase(line, files), erase(line, files))

    assert all(n == 2 for n in whole.values()), whole
    assert set((await said(line)).values()) == {1}, "the running campaign's stay"
    assert await told(line) == counted
    assert {file.name for file in line.office.files.rglob("*") if file.is_file()} == {kept}
    assert await file_of(line, old[0]) == "None"
    assert await look(line, new[0]) == SECRET
    assert (await asking.shown(SECOND, new[1])).text == SECRET
    with pytest.raises(NotFound):
        await look(line, old[0])
    with pytest.raises(NotFound):
        await asking.shown(TEACHER, old[1])


async def test_nothing_of_a_running_campaign_goes(line: Line) -> None:
    files = Files(line.office.files.as_uri())
    await work(line, files, TEACHER)
    before = await said(line)

    await erase(line, files)

    assert await said(line) == before
    assert any(file.is_file() for file in line.office.files.rglob("*"))
