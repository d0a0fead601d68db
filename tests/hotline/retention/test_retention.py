"""One rule for everything that people said: counted first, erased once, the figures stay."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.appointments import Role
from services.chassis.db.idempotency import Moment
from services.hotline.inquiries.commands.escalate import escalate_due
from services.hotline.retention.commands.erase_inquiry import Erasure, erase_inquiry
from tests.factories import DISTRICT
from tests.hotline.consultations.recording import ask, counted, head, record
from tests.hotline.desk.working import known
from tests.hotline.staffed import Staffed

HERE = "/hotline/retention"
CANARY = "Канарейка Иванна"
RECORDED = "consultation-recorded"
OLD = timedelta(days=366)
STATES = "SELECT id, status, version, closed_at FROM inquiry ORDER BY id"
CLOSES = timedelta(days=40)
"""Until the results of the campaign are closed."""


async def leave_note(line: Staffed, note: str) -> None:
    """Somebody on duty has left a note."""
    await line.pool.execute(
        "INSERT INTO line VALUES ($1, $2, 'Линия', '{}', '', '', '[]', '[]', NULL, '', NULL, false, 1, $3)"
        " ON CONFLICT DO NOTHING",
        *(DISTRICT, uuid4(), line.now),
    )
    await line.pool.execute(
        "INSERT INTO hand_over (municipality, id, account, name, at, note, cases)"
        " VALUES ($1, $2, $3, 'Петрова', $4, $5, '{}')",
        *(DISTRICT, uuid4(), uuid4(), line.now, note),
    )


async def close_all(line: Staffed) -> None:
    await line.pool.execute("UPDATE inquiry SET status = 'closed', closed_at = $1", line.now)


async def words_of(line: Staffed) -> str:
    """Everything that is written down of what people said."""
    tables = ("inquiry", "inquiry_entry", "consultation", "hand_over", "mailbox_letter", "call", "draft")
    return str([[tuple(row) for row in await line.pool.fetch(f"SELECT * FROM {name}")] for name in tables])


async def post(line: Staffed) -> tuple[str, str]:
    """The administrator looks, erases, and reads what is left: the first and the last page."""
    async with line.browser(await line.grant(Role.ADMINISTRATOR, "region")) as browser:
        look = (await browser.get(HERE)).text
        done = await browser.post(HERE, data={"form_key": ""})
        return look, (await browser.get(done.headers["location"])).text


def counts(page: str) -> list[str]:
    """The cells of the one row of the table."""
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    return [cell.partition(">")[2].partition("<")[0] for cell in row.split("<td")[1:]]


async def test_each_kind_is_counted_then_erased_and_audited_and_no_figure_changes(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        await record(browser, whom=CANARY, note=CANARY)
        await record(browser)
        await ask(line)
        await close_all(line)
        await leave_note(line, CANARY)
    told = await line.told()
    line.now += OLD

    look, again = await post(line)

    assert counts(look) == ["1", "0", "0", "1", "1", "0"]
    assert "Удалить тексты и контакты: 3" in look
    assert "Удалены тексты и контакты: 3" in again
    assert "Удалять нечего" in again
    words = await words_of(line)
    assert CANARY not in words
    assert "зарегистрироваться" not in words
    assert await line.told() == told
    lines = await line.pool.fetch(
        "SELECT action, subject FROM audit WHERE action LIKE '%expired' ORDER BY id"
    )
    assert [tuple(row) for row in lines] == [
        ("inquiries-expired", "1"),
        ("consultations-expired", "1"),
        ("hand-overs-expired", "1"),
    ]
    assert await line.pool.fetchval("SELECT count(*) FROM consultation") == 2


async def test_what_is_not_old_enough_or_still_open_stays(line: Staffed) -> None:
    await ask(line)
    line.now += OLD
    await line.pool.execute("UPDATE inquiry SET opened_at = opened_at - interval '2 years'")
    await leave_note(line, CANARY)
    before = await words_of(line)

    look, _ = await post(line)

    assert "Удалять нечего" in look
    assert await words_of(line) == before


async def test_looking_erases_nothing(line: Staffed) -> None:
    await leave_note(line, CANARY)
    line.now += OLD

    async with line.browser(await line.grant(Role.ADMINISTRATOR, "region")) as browser:
        looks = [counts((await browser.get(HERE)).text) for _ in range(2)]
        assert "хранятся 365 дней." in (await browser.get(HERE)).text

    assert looks == [["0", "0", "0", "0", "1", "0"]] * 2
    assert CANARY in await words_of(line)


async def test_what_nobody_has_answered_is_erased_long_after_its_campaign_and_no_figure_changes(
    line: Staffed,
) -> None:
    asked, answered = await ask(line), await ask(line)
    await line.pool.execute("UPDATE inquiry SET name = $1, subject = $1 WHERE id = $2", CANARY, asked)
    done = "UPDATE inquiry SET status = 'answered', answered_at = $1 WHERE id = $2"
    await line.pool.execute(done, line.now, answered)
    told, states = await line.told(), await line.pool.fetch(STATES)

    line.now += CLOSES + OLD - timedelta(days=2)
    early, _ = await post(line)
    line.now += timedelta(days=2)
    look, again = await post(line)

    assert "Удалять нечего" in early
    assert counts(look) == ["0", "1", "0", "0", "0", "0"]
    assert "Удалять нечего" in again
    assert CANARY not in await words_of(line)
    assert await line.told() == told
    assert await line.pool.fetch(STATES) == states
    said = "SELECT count(*) FROM inquiry_entry WHERE inquiry_id = $1 AND text <> ''"
    assert [await line.pool.fetchval(said, id_) for id_ in (asked, answered)] == [0, 1]
    audited = await line.pool.fetch("SELECT action, subject FROM audit WHERE action LIKE '%expired'")
    assert [tuple(row) for row in audited] == [("unanswered-expired", "1")]


async def test_what_was_erased_unanswered_is_on_no_desk_and_climbs_no_more(line: Staffed) -> None:
    id_ = await ask(line)
    line.now += CLOSES + OLD

    await post(line)

    assert await line.pool.fetchval("SELECT count(*) FROM inquiry_clock") == 0
    assert await escalate_due(line.pool, known(line), line.now + OLD) == 0
    async with line.browser(await line.grant(Role.HEAD, DISTRICT, DISTRICT)) as browser:
        for page in ("/hotline", "/hotline/supervision"):
            assert str(id_) not in (await browser.get(page)).text


async def call_about(line: Staffed, inquiry: UUID) -> None:
    """The exchange told a call that became this case, and somebody has begun to answer it."""
    await line.pool.execute(
        "INSERT INTO call (municipality, id, phone, written, dialled, began_at, inquiry_id)"
        " VALUES ($1, 'x', $2, $2, '', $3, $4)",
        *(DISTRICT, CANARY, line.now, inquiry),
    )
    await line.pool.execute(
        "INSERT INTO draft VALUES ($1, $2, $3, $4, $5)",
        *(DISTRICT, uuid4(), str(inquiry), f'{{"text": "{CANARY}"}}', line.now),
    )


async def test_an_initiators_erasure_takes_what_stands_elsewhere_about_it(line: Staffed) -> None:
    id_ = await ask(line)
    await leave_note(line, "Всё спокойно")
    await call_about(line, id_)
    async with line.browser(await head(line)) as browser:
        await record(browser, whom=CANARY, note=CANARY, inquiry=str(id_))
        await record(browser, note="О другом")

        await erase_inquiry(line.pool, known(line), Erasure(DISTRICT, id_), Moment(line.now))

        listed: Any = await counted(browser)
    assert CANARY not in await words_of(line)
    assert "О другом" in await words_of(line)
    assert len(listed["items"]) == 2
