"""Participants who correct their municipality: what is open goes along, no sign-in is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from contracts.appointments import Role
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.streams import partition_of
from deploy.local.home import new_signing_key
from services.chassis.db.pool import Pool
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.intake.pruning import RULES
from services.intake.restate import restate
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_organization
from tests.intake.conftest import Hall
from tests.intake.corrections.test_correcting import corrected, decide, kinds, read, submitted
from tests.intake.determination.office import ROADS, SCHOOL, Office
from tests.intake.test_api import Api, slug
from tests.intake.test_pages import send, words

ELSEWHERE = str(define_organization("2", OKRUG).id)


@pytest.fixture
async def another(hall: Hall, author: Api) -> AsyncIterator[Api]:
    """The same participant in another browser, with the token of now."""
    async with hall.web.browser() as client:
        client.headers["Accept"] = "application/json"
        client.headers["Authorization"] = author.headers["Authorization"]
        yield client


async def move(author: Api, municipality: str = OKRUG, **changes: object) -> dict[str, Any]:
    fields = {"municipality": municipality, "organization": None, "position": "budget"}
    answer = await author.put("/api/v1/me", json=fields | changes)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def told_of_participants(office: Office) -> list[tuple[str, str]]:
    rows = await office.pool.fetch(
        "SELECT type, data::jsonb->>'municipality' AS there FROM outbox WHERE topic = $1 ORDER BY id",
        ParticipantEvent.topic,
    )
    return [(row["type"].split(".")[2], row["there"]) for row in rows]


async def test_a_participant_leaves_one_municipality_and_joins_another(office: Office, author: Api) -> None:
    answer = await move(author, organization=ELSEWHERE)

    assert (answer["municipality"], answer["organization"], answer["moved"]) == (OKRUG, ELSEWHERE, 0)
    assert await told_of_participants(office) == [
        ("registered", DISTRICT),
        ("left", DISTRICT),
        ("joined", OKRUG),
    ]
    assert (await author.get("/api/v1/me/data")).json()["participant"]["municipality"]["code"] == OKRUG


async def test_what_is_open_goes_along_and_what_is_closed_stays(office: Office, author: Api) -> None:
    opened, closed, settled = [await submitted(author, title=f"Переход {nth}") for nth in range(3)]
    leader = await office.grant(Role.LEADER, str(ROADS))
    await decide(office, leader, "decline", closed, reason="not-ours", text="Дорога области.")
    await corrected(author, settled, municipality=SETTLEMENT)

    answer = await move(author)

    assert answer["moved"] == 1
    listed = (await author.get("/api/v1/initiatives")).json()["items"]
    assert {item["id"]: item["municipality"] for item in listed} == {
        opened["id"]: OKRUG,
        closed["id"]: DISTRICT,
        # Its author has put it there, and the registration says nothing of it.
        settled["id"]: SETTLEMENT,
    }
    # Its author is told once it can no longer be taken back.
    await office.pool.execute("UPDATE decision SET decided_at = decided_at - interval '11 minutes'")
    assert (await read(author, closed))["history"][-1]["status"] == "declined"
    assert (await kinds(office))[-2:] == [("left", DISTRICT, 2), ("joined", OKRUG, 3)]


async def test_what_is_of_the_workplace_is_of_the_new_one(office: Office, author: Api) -> None:
    await move(author, DISTRICT, organization=str(SCHOOL))
    one, other = await submitted(author, organization=str(SCHOOL)), await submitted(author)

    await move(author, OKRUG, organization=ELSEWHERE)

    assert (await read(author, one))["organization"] == ELSEWHERE
    assert (await read(author, other))["organization"] is None


async def test_who_moves_back_has_everything_at_home(office: Office, author: Api) -> None:
    one, closed = await submitted(author), await submitted(author)
    await author.post(f"/api/v1/initiatives/{closed['id']}/withdrawal", json={})

    await move(author)
    await move(author, DISTRICT)

    listed = (await author.get("/api/v1/initiatives")).json()["items"]
    assert {item["id"]: item["municipality"] for item in listed} == {
        one["id"]: DISTRICT,
        closed["id"]: DISTRICT,
    }
    assert await office.pool.fetchval("SELECT count(*) FROM authorship") == 0


async def test_drafts_go_along_without_an_organization_of_elsewhere(office: Office, author: Api) -> None:
    draft = {"title": "Дорога", "text": "Тёмная", "organization": str(SCHOOL), "form": "personal"}
    kept = (await author.post("/api/v1/drafts", json=draft | {"direction": "roads"})).json()

    await move(author)

    (found,) = (await author.get("/api/v1/drafts")).json()["items"]
    assert (found["title"], found["organization"]) == ("Дорога", None)
    sent = await author.post(f"/api/v1/drafts/{kept['id']}/submission")
    assert sent.status_code == 201, sent.text
    assert (await kinds(office))[-1] == ("submitted", OKRUG, 1)


async def test_no_sign_in_is_lost(office: Office, author: Api, another: Api) -> None:
    await move(author)

    one = await submitted(another)
    renewed = await another.post("/api/v1/sessions/renewal")

    assert (await read(another, one))["municipality"] == OKRUG
    assert renewed.status_code == 200
    assert (await kinds(office))[-1] == ("submitted", OKRUG, 1)


async def test_another_process_learns_of_a_move(
    office: Office, author: Api, another: Api, hall: Hall
) -> None:
    await move(author)
    identity = hall.web.app.state.identity
    identity._moved = set()

    late = await another.post("/api/v1/initiatives", json={"direction": "roads"} | WISHED)
    draft = await another.post("/api/v1/drafts", json={"title": "Дорога"})
    hall.web.portal.call(identity.refresh)
    there = await submitted(another)

    # Until it knows, nothing is written where nobody would find it.
    assert (late.status_code, draft.status_code) == (401, 404)
    assert await office.pool.fetchval("SELECT count(*) FROM draft") == 0
    assert (await read(another, there))["municipality"] == OKRUG


async def test_the_pages_of_another_browser_go_on(office: Office, author: Api, another: Api) -> None:
    await move(author)
    another.headers["Accept"] = "text/html"

    page = await another.get("/me")

    assert page.status_code == 200
    assert "Городской округ город Воленск" in words(page)


async def test_of_two_moves_at_once_one_is_refused(office: Office, author: Api) -> None:
    await submitted(author)
    wishes = [{"municipality": code, "position": "budget"} for code in (OKRUG, SETTLEMENT)]

    answers = await asyncio.gather(*(author.put("/api/v1/me", json=wish) for wish in wishes))

    assert min(answer.status_code for answer in answers) == 200
    rows = await office.pool.fetch(
        "SELECT municipality FROM participant UNION SELECT municipality FROM initiative"
    )
    assert len(rows) == 1


async def test_who_moves_while_submitting_loses_nothing(office: Office, author: Api) -> None:
    wish = {"direction": "roads"} | WISHED
    moving = author.put("/api/v1/me", json={"municipality": OKRUG, "position": "budget"})

    answers = await asyncio.gather(*(author.post("/api/v1/initiatives", json=wish) for _ in range(8)), moving)

    stored = sum(answer.status_code == 201 for answer in answers[:-1])
    assert {answer.status_code for answer in answers[:-1]} <= {201, 401}
    rows = await office.pool.fetch("SELECT municipality FROM initiative")
    assert [row["municipality"] for row in rows] == [OKRUG] * stored


async def test_a_repeated_move_is_one(office: Office, author: Api) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    wish = {"municipality": OKRUG, "position": "budget"}

    answers = [await author.put("/api/v1/me", json=wish, headers=headers) for _ in range(2)]

    assert answers[0].text == answers[1].text
    assert len(await told_of_participants(office)) == 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"municipality": "99999999"}, "municipality-unknown"),
        ({"municipality": "\u202e\x00"}, "municipality-unknown"),
        ({"municipality": OKRUG, "organization": str(SCHOOL)}, "organization-elsewhere"),
        ({"municipality": OKRUG, "position": "tsar"}, "classifier-unknown"),
    ],
)
async def test_nobody_moves_to_where_nothing_is(
    office: Office, author: Api, changes: dict[str, object], expected: str
) -> None:
    answer = await author.put("/api/v1/me", json={"position": "budget"} | changes)

    assert (answer.status_code, slug(answer)) == (422, expected)
    assert len(await told_of_participants(office)) == 1


async def test_a_new_epoch_tells_each_where_it_is(office: Office, author: Api) -> None:
    one, other = await submitted(author), await submitted(author)
    await move(author)
    await corrected(author, other, municipality=DISTRICT)
    tell = restate(Signer("intake", new_signing_key()))

    async def of(topic: str, municipality: str) -> list[Any]:
        stream = Stream(topic, partition_of(municipality))
        async with office.pool.acquire() as db, db.transaction():
            return [
                event
                async for event in tell(db, stream)
                if getattr(event, "municipality", "") == municipality
            ]

    assert [(str(e.id), e.version) for e in await of(InitiativeEvent.topic, OKRUG)] == [(one["id"], 3)]
    assert [(str(e.id), e.version) for e in await of(InitiativeEvent.topic, DISTRICT)] == [(other["id"], 5)]
    assert [e.version for e in await of(ParticipantEvent.topic, OKRUG)] == [3]
    assert await of(ParticipantEvent.topic, DISTRICT) == []


async def test_who_was_erased_afterwards_leaves_nothing_anywhere(office: Office, author: Api) -> None:
    _, closed = await submitted(author), await submitted(author)
    await author.post(f"/api/v1/initiatives/{closed['id']}/withdrawal", json={"reason": "Личное"})
    await move(author)

    erased = await author.delete("/api/v1/me?texts=keep")

    assert erased.status_code == 200, erased.text
    rows = await office.pool.fetch("SELECT municipality, participant_id FROM initiative ORDER BY number")
    assert [tuple(row) for row in rows] == [(OKRUG, None), (DISTRICT, None)]
    assert await office.pool.fetchval("SELECT count(*) FROM initiative_history WHERE reason IS NOT NULL") == 0
    assert await office.pool.fetchval("SELECT count(*) FROM authorship") == 0


async def test_the_form_of_an_initiative_is_corrected_without_javascript(office: Office, author: Api) -> None:
    one = await submitted(author)
    author.headers["Accept"] = "text/html"
    path = f"/initiatives/{one['id']}/correction"
    shown = {"direction": "culture", "form": "collective", "municipality": DISTRICT, "organization": ""}

    page = await author.get(f"/initiatives/{one['id']}")
    blank = await author.get(path)
    found = await send(author, path, **shown, find="municipality", municipality_q="воленск")
    wrong = await send(author, path, **shown | {"direction": ""})
    done = await send(author, path, **shown | {"municipality": OKRUG})
    after = await author.get(done.headers["location"])

    assert path in page.text
    assert "Исправить инициативу" in words(blank)
    assert OKRUG in found.text
    assert "Городской округ город Воленск" in words(found)
    assert (wrong.status_code, "Выберите направление из списка" in words(wrong)) == (422, True)
    assert (done.status_code, done.headers["location"]) == (303, f"/initiatives/{one['id']}?corrected=1")
    assert "Исправлено автором: муниципальное образование, направление, от кого" in words(after)


async def test_the_form_of_ones_data_moves_and_keeps_the_sign_in(
    office: Office, author: Api, hall: Hall
) -> None:
    await submitted(author)
    token = author.headers["Authorization"].removeprefix("Bearer ")
    async with hall.web.browser() as browser:
        browser.headers["Accept"] = "text/html"
        browser.cookies.set(hall.web.app.state.identity.cookie, token)

        form = await browser.get("/me/correction")
        done = await send(browser, "/me/correction", municipality=OKRUG, organization="", position="budget")
        after = await browser.get(done.headers["location"])

    assert "открытые инициативы перейдут вместе с вами" in words(form)
    assert (done.status_code, "set-cookie" in done.headers) == (303, True)
    assert "Вместе с вами перешли открытые инициативы: 1" in words(after)


async def test_a_search_for_a_municipality_answers_with_its_part_of_the_form(author: Api) -> None:
    author.headers["Accept"] = "text/html"

    found = await author.get(f"/participants/municipalities?municipality_q=воленск&municipality={DISTRICT}")
    nothing = await author.get("/participants/municipalities?municipality_q=%00%E2%80%AE" + "я" * 5000)

    assert (found.status_code, OKRUG in found.text, "<html" in found.text) == (200, True, False)
    # What is chosen stays chosen.
    assert f'value="{DISTRICT}" checked' in found.text
    assert nothing.status_code in (200, 400)


WISHED = {"organization": None, "form": "personal", "title": "Переход", "text": "Нужен."}
EARLY = datetime(2000, 1, 1, tzinfo=UTC)


async def test_moves_are_forgotten_when_no_token_remembers(office: Office, author: Api, worker: Pool) -> None:

    await move(author)
    (rule,) = [rule for rule in RULES if rule.name == "participant_move"]

    await worker.execute(rule.statement, EARLY, 10)
    kept = await worker.fetchval("SELECT count(*) FROM participant_move")
    await worker.execute(rule.statement, datetime.now(UTC), 10)

    assert (kept, await worker.fetchval("SELECT count(*) FROM participant_move")) == (1, 0)


async def test_what_others_were_merged_into_stays_where_they_are(office: Office, author: Api) -> None:
    into, merged, alone = [await submitted(author, title=f"Переход {nth}") for nth in range(3)]
    leader = await office.grant(Role.LEADER, str(ROADS))
    await decide(office, leader, "merge", merged, into=into["id"])
    path = f"/api/v1/initiatives/{into['id']}/correction"

    refused = await author.post(path, json={"municipality": OKRUG})
    turned = await author.post(path, json={"direction": "culture"})
    answer = await move(author)

    assert (refused.status_code, slug(refused)) == (409, "correction-merged")
    assert "объединили другие инициативы" in refused.json()["detail"]
    assert (turned.status_code, answer["moved"]) == (200, 1)
    listed = (await author.get("/api/v1/initiatives")).json()["items"]
    assert {item["id"]: item["municipality"] for item in listed} == {
        into["id"]: DISTRICT,
        merged["id"]: DISTRICT,
        alone["id"]: OKRUG,
    }
