"""«Мои данные»: all of it is seen, corrected and taken along; once erased, the figures stay."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.initiatives import (
    InitiativeEvent,
    InitiativeRestated,
    InitiativeSubmitted,
    InitiativeWithdrawn,
)
from contracts.participants import ParticipantEvent, ParticipantRegistered, ParticipantRestated
from contracts.streams import partition_of
from services.chassis.db.pool import Pool
from services.chassis.mail.sending import Folder, Sender, send_bundle
from services.chassis.streams.tail import Stream
from services.intake.core.domain import Author
from services.intake.initiatives.commands.write_acceptances import GATHERED, write_bundle
from services.intake.participants.digests import Stops
from services.intake.participants.store import participants
from services.intake.personal import reading
from services.intake.personal.commands.erase_participant import erase_participant
from services.intake.personal.domain import Texts
from services.metrics.domain import recount
from services.metrics.events.rollup import roll_up
from services.metrics.store import figures
from tests.chassis.test_mail import files_in
from tests.databases import RING, WRITTEN, Database
from tests.factories import OKRUG, define_organization, fact_of
from tests.intake.conftest import Hall, join
from tests.intake.test_api import PERSON, WISH, Api, code, slug
from tests.intake.test_pages import EMAIL, Browser, send, sign_in, submit, words

SCHOOL = str(define_organization("2", OKRUG).id)
KINDS = {
    kind.type: kind
    for kind in (
        ParticipantRegistered,
        ParticipantRestated,
        InitiativeSubmitted,
        InitiativeWithdrawn,
        InitiativeRestated,
    )
}
SECRET = "Очень личная причина"


@pytest.fixture
async def another(hall: Hall, author: Api) -> AsyncIterator[Api]:
    """The same participant in another browser."""
    async with hall.web.browser() as client:
        client.headers["Authorization"] = author.headers["Authorization"]
        yield client


async def told(pool: Pool) -> list[InitiativeEvent | ParticipantEvent]:
    """Every event in order."""
    rows = await pool.fetch("SELECT type, data FROM outbox ORDER BY id")
    return [KINDS[row["type"]].model_validate_json(row["data"]) for row in rows if row["type"] in KINDS]


async def assert_figures_equal_a_recount(intake: Pool, metrics: Pool) -> dict[tuple[str, str, str], int]:
    """Of all that was told, each event rolled up by itself; the figures."""
    events = await told(intake)
    for event in events:
        stream = Stream(event.topic, partition_of(event.municipality))
        async with metrics.acquire() as db, db.transaction():
            await roll_up(db, stream, [fact_of(event)])
    async with metrics.acquire() as db, db.transaction():
        counted = await figures.all_counters(db)
        facts = [fact async for fact in figures.all_facts(db)]
    assert counted == {key: n for key, n in recount(facts).items() if n}
    return {(key.family, key.key, key.counter): n for key, n in counted.items()}


async def submitted(author: Api, **changes: object) -> dict[str, Any]:
    answer = await author.post("/api/v1/initiatives", json=WISH | changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def withdraw(author: Api, one: dict[str, Any], reason: str) -> None:
    answer = await author.post(f"/api/v1/initiatives/{one['id']}/withdrawal", json={"reason": reason})
    assert answer.status_code == 200, answer.text


async def everything_in(database: Database) -> str:
    """All that any table holds, as who has the keys reads it."""
    db = await asyncpg.connect(database.superuser_dsn)
    try:
        await RING.attach(db)
        found = [await db.fetch(f"SELECT * FROM {whole}") for *_, whole in await db.fetch(WRITTEN)]
    finally:
        await db.close()
    return "\n".join(str(value) for rows in found for row in rows for value in row)


async def test_all_that_is_stored_is_taken_along(author: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "TOGETHER", 2)
    several = [await submitted(author, title=f"Переход {nth}") for nth in range(5)]
    await withdraw(author, several[0], "Уже сделали")

    answer = await author.get("/api/v1/me/data")

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    data = answer.json()
    assert data["participant"]["email"] == PERSON["email"]
    assert data["participant"]["municipality"] == {"code": OKRUG, "name": "Городской округ город Воленск"}
    assert data["participant"]["position"] == {"code": "budget", "name": "Работник"}
    written = {"version": "1", "given_at": "", "text": "Согласен.", "recorded": None}
    assert data["consent"] | {"given_at": ""} == written
    assert len(data["sessions"]) == 1
    assert [one["number"] for one in data["initiatives"]] == [one["number"] for one in reversed(several)]
    assert [step["reason"] for step in data["initiatives"][-1]["history"]] == [None, "Уже сделали"]


async def test_nobody_takes_along_what_is_anothers(api: Api, intake: Pool) -> None:
    await join(api, intake)
    await submitted(api, title="Чужой переход")
    await join(api, intake, email="boris@example.org")

    data = (await api.get("/api/v1/me/data")).json()

    assert (data["participant"]["email"], data["initiatives"]) == ("boris@example.org", [])


async def test_what_is_corrected_moves_the_figures(author: Api, intake: Pool, metrics: Pool) -> None:
    await submitted(author)

    answer = await author.put("/api/v1/me", json={"organization": SCHOOL, "position": "deputy"})

    assert answer.status_code == 200, answer.text
    *_, last = await told(intake)
    assert isinstance(last, ParticipantRestated)
    assert (last.version, str(last.organization), last.classifiers) == (2, SCHOOL, {"position": "deputy"})
    counted = await assert_figures_equal_a_recount(intake, metrics)
    assert counted["organization", SCHOOL, "registered"] == 1
    assert ("organization", "-", "registered") not in counted
    # It was submitted by who the author was then.
    assert counted["classifier:position", "budget", "submitted"] == 1


async def test_who_corrects_nothing_tells_nothing(author: Api, intake: Pool) -> None:
    before = len(await told(intake))

    answer = await author.put("/api/v1/me", json={"organization": None, "position": "budget"})

    assert (answer.status_code, len(await told(intake))) == (200, before)


async def test_a_repeated_correction_is_one(author: Api, intake: Pool) -> None:
    wish, headers = {"organization": SCHOOL, "position": "deputy"}, {"Idempotency-Key": uuid4().hex}

    answers = [await author.put("/api/v1/me", json=wish, headers=headers) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert answers[0].json().items() >= wish.items()
    assert sum(isinstance(event, ParticipantRestated) for event in await told(intake)) == 1


async def test_two_corrections_at_once_follow_one_another(
    author: Api, another: Api, intake: Pool, metrics: Pool
) -> None:
    await asyncio.gather(
        author.put("/api/v1/me", json={"organization": SCHOOL, "position": "budget"}),
        another.put("/api/v1/me", json={"organization": None, "position": "deputy"}),
    )

    corrected = [event for event in await told(intake) if isinstance(event, ParticipantRestated)]
    assert [event.version for event in corrected] == [2, 3]
    await assert_figures_equal_a_recount(intake, metrics)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"organization": str(define_organization("1", OKRUG).id)}, "organization-elsewhere"),
        ({"organization": str(define_organization("3", OKRUG).id)}, "organization-closed"),
        ({"organization": str(uuid4())}, "organization-unknown"),
        ({"position": "tsar"}, "classifier-unknown"),
        ({"position": "\0" * 100_00}, "classifier-unknown"),
    ],
)
async def test_what_cannot_be_meant_is_not_corrected(
    author: Api, change: dict[str, object], expected: str
) -> None:
    answer = await author.put("/api/v1/me", json={"organization": None, "position": "budget"} | change)

    assert (answer.status_code, slug(answer)) == (422, expected)


async def test_the_erased_leave_nothing_personal_and_their_texts_without_an_author(
    author: Api, intake: Pool, worker: Pool, metrics: Pool, intake_database: Database
) -> None:
    kept, taken_back = await submitted(author, text="Останется"), await submitted(author)
    await withdraw(author, taken_back, SECRET)

    answer = await author.delete("/api/v1/me")

    assert answer.status_code == 200, answer.text
    left = await everything_in(intake_database)
    assert EMAIL not in left
    assert SECRET not in left
    assert await worker.fetchval("SELECT count(*) FROM participant_directory") == 0
    assert await worker.fetch("SELECT participant_id FROM initiative WHERE participant_id IS NOT NULL") == []
    [row] = await worker.fetch("SELECT text, status FROM initiative WHERE number = $1", kept["number"])
    assert tuple(row) == ("Останется", "accepted")
    counted = await assert_figures_equal_a_recount(intake, metrics)
    assert counted["organization", "-", "registered"] == 1
    assert counted["organization", "-", "submitted"] == 2


async def test_texts_are_removed_by_choice_and_stay_counted(
    author: Api, intake: Pool, worker: Pool, metrics: Pool, intake_database: Database
) -> None:
    await submitted(author, title="Мой тайный заголовок", text="Мой тайный текст")
    taken_back = await submitted(author, text="Мой тайный текст")
    await withdraw(author, taken_back, SECRET)

    answer = await author.delete("/api/v1/me?texts=remove")

    assert answer.status_code == 200, answer.text
    left = await everything_in(intake_database)
    assert not any(word in left for word in ("тайный", SECRET, EMAIL))
    last = [type(event) for event in (await told(intake))[-2:]]
    assert last == [InitiativeWithdrawn, InitiativeRestated]
    steps = "SELECT status FROM initiative_history ORDER BY initiative_id, version"
    assert [row["status"] for row in await worker.fetch(steps)] == ["accepted", "withdrawn"] * 2
    counted = await assert_figures_equal_a_recount(intake, metrics)
    assert counted["direction", "roads", "submitted"] == 2


async def test_an_unknown_wish_for_the_texts_erases_nothing(author: Api) -> None:
    answer = await author.delete("/api/v1/me?texts=burn")

    assert answer.status_code == 400
    assert (await author.get("/api/v1/me/data")).status_code == 200


async def test_a_repeated_press_and_another_browser_change_nothing_more(
    author: Api, another: Api, intake: Pool
) -> None:
    await submitted(author)

    answers = await asyncio.gather(
        *(
            browser.delete(f"/api/v1/me?texts={texts}")
            for browser in (author, another)
            for texts in ("keep", "remove")
        )
    )
    again = await author.delete("/api/v1/me")

    assert {answer.status_code for answer in [*answers, again]} == {200}
    assert len({answer.json()["erased_at"] for answer in [*answers, again]}) == 1
    assert sum(event.version == 2 for event in await told(intake)) == 1


async def test_every_sign_in_of_the_erased_ends(author: Api, another: Api, intake: Pool) -> None:
    one = await submitted(author)
    await author.delete("/api/v1/me")

    renewed = await another.post("/api/v1/sessions/renewal")
    seen = await another.get("/api/v1/me/data")
    own = await another.get("/api/v1/initiatives")
    single = await another.get(f"/api/v1/initiatives/{one['id']}")
    more = await another.post("/api/v1/initiatives", json=WISH)
    corrected = await another.put("/api/v1/me", json={"organization": None, "position": "deputy"})

    assert (renewed.status_code, slug(renewed)) == (401, "token-invalid")
    assert (seen.status_code, slug(seen)) == (404, "participant-unknown")
    assert (own.json()["items"], single.status_code) == ([], 404)
    assert (more.status_code, slug(more)) == (401, "token-invalid")
    assert corrected.status_code == 404
    assert await intake.fetchval("SELECT count(*) FROM participant_session") == 0


async def test_letters_that_wait_for_the_erased_are_not_sent(
    author: Api, intake: Pool, worker: Pool, tmp_path: Path
) -> None:
    await intake.execute("DELETE FROM letter")
    await submitted(author)
    await write_bundle(worker, Stops("https://example.ru", b"secret"), datetime.now(UTC) + GATHERED)
    await intake.execute("UPDATE letter SET recipient = $1, next_try_at = now()", "a:b;c@example.org")
    await send_bundle(worker, Folder(tmp_path), Sender("noreply@example.org"))
    assert await worker.fetchval("SELECT count(*) FROM set_aside") == 1
    await submitted(author)
    await author.post("/api/v1/sessions", json={"email": PERSON["email"]})

    await author.delete("/api/v1/me")
    await write_bundle(worker, Stops("https://example.ru", b"secret"), datetime.now(UTC) + 2 * GATHERED)
    await intake.execute("UPDATE letter SET next_try_at = now()")
    await send_bundle(worker, Folder(tmp_path), Sender("noreply@example.org"))

    assert files_in(tmp_path) == []
    assert await worker.fetchval("SELECT count(*) FROM letter") == 0
    assert await worker.fetchval("SELECT count(*) FROM set_aside") == 0
    assert await worker.fetchval("SELECT count(*) FROM acceptance") == 0


async def test_a_code_that_is_on_its_way_lets_nobody_in(author: Api, intake: Pool) -> None:
    begun = await author.post("/api/v1/sessions", json={"email": PERSON["email"]})
    on_its_way = await code(intake)
    await author.delete("/api/v1/me")

    answer = await author.post(
        f"/api/v1/participants/{begun.json()['id']}/confirmation", json={"code": on_its_way}
    )

    assert (answer.status_code, slug(answer)) == (422, "code-expired")
    assert await intake.fetchval("SELECT count(*) FROM participant_session") == 0


async def test_a_code_entered_at_the_same_moment_leaves_no_session(
    author: Api, another: Api, intake: Pool
) -> None:
    begun = await author.post("/api/v1/sessions", json={"email": PERSON["email"]})
    entered = {"code": await code(intake)}

    confirmed, erased, asked = await asyncio.gather(
        another.post(f"/api/v1/participants/{begun.json()['id']}/confirmation", json=entered),
        author.delete("/api/v1/me"),
        another.post("/api/v1/sessions", json={"email": PERSON["email"]}),
    )

    assert (confirmed.status_code in (200, 422), erased.status_code) == (True, 200)
    assert asked.status_code == 202
    # Of what was asked for a moment later nothing is theirs.
    assert await intake.fetchval("SELECT count(participant_id) FROM confirmation_code") == 0
    for table in ("participant_session", "letter", "participant_directory"):
        assert await intake.fetchval(f"SELECT count(*) FROM {table}") == 0, table


@pytest.mark.parametrize("texts", ["keep", "remove"])
async def test_what_is_submitted_at_the_same_moment_is_nobodys_or_refused(
    author: Api, another: Api, intake: Pool, worker: Pool, metrics: Pool, texts: str
) -> None:
    await submitted(author)

    erased, *answers = await asyncio.gather(
        author.delete(f"/api/v1/me?texts={texts}"),
        *(another.post("/api/v1/initiatives", json=WISH) for _ in range(30)),
    )

    statuses = {answer.status_code for answer in answers}
    stored = 1 + sum(answer.status_code == 201 for answer in answers)
    assert (erased.status_code, statuses <= {201, 401}) == (200, True)
    assert await worker.fetchval("SELECT count(*) FROM initiative") == stored
    assert await worker.fetchval("SELECT count(*) FROM initiative WHERE participant_id IS NOT NULL") == 0
    assert await worker.fetchval("SELECT count(*) FROM acceptance") == 0
    left = await worker.fetchval("SELECT count(*) FROM initiative WHERE text <> ''")
    assert left == (stored if texts == "keep" else 0)
    counted = await assert_figures_equal_a_recount(intake, metrics)
    assert counted["direction", "roads", "submitted"] == stored


async def test_a_correction_at_the_same_moment_comes_before_or_is_refused(
    author: Api, another: Api, intake: Pool, metrics: Pool
) -> None:
    wish = {"organization": SCHOOL, "position": "deputy"}

    erased, corrected = await asyncio.gather(
        author.delete("/api/v1/me"), another.put("/api/v1/me", json=wish)
    )

    assert (erased.status_code, corrected.status_code in (200, 404)) == (200, True)
    await assert_figures_equal_a_recount(intake, metrics)


async def test_who_registers_again_is_a_new_participant(author: Api, intake: Pool, metrics: Pool) -> None:
    await submitted(author)
    await author.delete("/api/v1/me")

    new = await join(author, intake)

    registered = [event for event in await told(intake) if isinstance(event, ParticipantRegistered)]
    assert [event.id == UUID(new) for event in registered] == [False, True]
    assert (await author.get("/api/v1/initiatives")).json()["items"] == []
    counted = await assert_figures_equal_a_recount(intake, metrics)
    assert counted["organization", "-", "registered"] == 2


async def test_a_new_epoch_tells_of_the_erased_as_before(author: Api, intake: Pool, worker: Pool) -> None:
    await author.delete("/api/v1/me")

    async with worker.acquire() as db, db.transaction():
        again = [one async for one in participants.registered_of(db, [OKRUG])]

    (before,) = [event for event in await told(intake) if isinstance(event, ParticipantRegistered)]
    assert [(one.id, one.version, one.email) for one in again] == [(before.id, before.version, None)]


async def test_the_consent_may_be_withdrawn_after_the_campaign(
    author: Api, intake: Pool, worker: Pool, hall: Hall
) -> None:
    await submitted(author)
    id_ = await worker.fetchval("SELECT id FROM participant")
    who, late = Author(id_, OKRUG, "spring", str(uuid4())), datetime.now(UTC) + timedelta(days=400)

    await erase_participant(intake, hall.web.app.state.region.picture, who, Texts.REMOVED, late)

    assert await worker.fetchval("SELECT status FROM initiative") == "withdrawn"


async def test_the_page_shows_what_is_stored_and_what_may_be_done(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)

    page = await browser.get("/me")

    said = words(page)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    for text in (
        "anna@example.org",
        "Сосновский муниципальный район",
        "Работник",
        "не указана",
        "версия текста 1",
    ):
        assert text in said
    for address in ("/me/correction", "/me/data", "/me/erasure", "/initiatives", "/hotline/mine"):
        assert f'href="{address}"' in said


async def test_the_file_is_saved_and_not_shown(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)

    answer = await browser.get("/me/data")

    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["participant"]["email"] == EMAIL


async def test_a_correction_says_everything_that_is_wrong(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)

    page = await send(browser, "/me/correction", organization_q="школа")

    assert page.status_code == 422
    for field in ("organization", "position"):
        assert f'href="#{field}"' in words(page)


async def test_a_correction_by_the_page_is_seen_on_it(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    searched = await send(
        browser, "/me/correction", organization_q="школа", find="organization", position="deputy"
    )
    found = str(define_organization("1", OKRUG).id)
    assert f'value="{found}"' in searched.text

    done = await send(browser, "/me/correction", organization=found, position="deputy")
    page = await browser.get(done.headers["location"])

    for text in ("Исправлено", "Школа № 1", "Депутат"):
        assert text in words(page)


async def test_erasing_asks_once_and_says_what_goes_and_what_stays(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    await submit(browser)

    asked = words(await browser.get("/me/erasure"))
    unchosen = await send(browser, "/me/erasure", has_initiatives="1")
    still = await browser.get("/me")

    for text in (
        "anna@example.org",
        "Отменить это нельзя",
        "Вопросы, которые вы задали горячей линии, удаляются отдельно",
        "Оставить без автора",
        "Отозвать и удалить тексты",
    ):
        assert text in asked
    assert (unchosen.status_code, 'href="#texts"' in unchosen.text) == (422, True)
    assert still.status_code == 200


async def test_the_erased_are_signed_out_and_told_so(browser: Browser, intake: Pool) -> None:
    await sign_in(browser, intake)
    await submit(browser)

    done = await send(browser, "/me/erasure", has_initiatives="1", texts="remove")
    page = await browser.get(done.headers["location"])
    again = await browser.get("/me", follow_redirects=False)

    assert (done.status_code, "participant" in browser.cookies) == (303, False)
    assert "Ваши данные удалены" in words(page)
    assert (again.status_code, again.headers["location"]) == (303, "/sign-in?next=/me")
