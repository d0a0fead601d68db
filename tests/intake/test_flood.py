"""Many letters asked for from one network leave one after another, and none is lost; under attack one waits
first."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.db.idempotency import Moment, Repeat
from services.chassis.db.pool import Pool
from services.chassis.errors import NotYet
from services.chassis.web.networks import network
from services.directory.region import Picture
from services.intake.participants.commands.release_codes import release_due
from services.intake.participants.commands.use_pass import use_pass
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import ALLOWANCE
from services.intake.participants.passes import FloodGuard, Given, proves
from services.intake.participants.store import pacing
from tests.factories import OKRUG
from tests.intake.conftest import Hall
from tests.intake.test_api import PERSON, Api, code, slug
from tests.intake.test_pages import Browser, register, send, words

SCHOOL, ELSEWHERE = {"X-Forwarded-For": "5.8.8.17"}, {"X-Forwarded-For": "5.8.9.17"}
ASKED = {"email": PERSON["email"]}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("5.8.8.17", "5.8.8.0/24"),
        ("::ffff:5.8.8.17", "5.8.8.0/24"),
        ("2a00:1370:8100:1f2e::1", "2a00:1370:8100:1f00::/56"),
        *(
            (each, "")
            for each in ("10.1.2.3", "127.0.0.1", "fe80::1%eth0", "::1", "", "x" * 5000, "5.8.8", "\0")
        ),
    ],
)
def test_a_client_is_known_by_its_network_and_nobody_by_a_private_one(address: str, expected: str) -> None:
    assert network(address) == expected


async def test_a_school_of_300_gets_its_letters_at_once_and_as_many_again_within_half_an_hour(
    intake: Pool,
) -> None:
    now = datetime.now(UTC)
    async with intake.acquire() as db:
        turns = [await pacing.take_turn(db, b"school", now) for _ in range(600)]
        elsewhere = await pacing.take_turn(db, b"elsewhere", now)
        later = await pacing.take_turn(db, b"school", now + timedelta(hours=2))

    assert set(turns[:300]) == {now}
    assert max(turns) == now + timedelta(minutes=30)
    assert turns == sorted(turns)
    assert elsewhere == now
    assert later == now + timedelta(hours=2)


@pytest.fixture
async def pepper(hall: Hall, api: Api, intake: Pool) -> Pepper:
    """Whose digests tell networks apart; that of the school has taken all of its allowance."""
    found: Pepper = hall.web.app.state.pepper
    full_at = datetime.now(UTC) + ALLOWANCE + timedelta(minutes=10)
    digest = found.of_network("5.8.8.0/24")
    await intake.execute("INSERT INTO letter_pace (network, full_at) VALUES ($1, $2)", digest, full_at)
    return found


async def released(worker: Pool, pepper: Pepper, hall: Hall, minutes: int = 11) -> int:
    picture: Picture = hall.web.app.state.region.picture
    return await release_due(worker, pepper, picture, datetime.now(UTC) + timedelta(minutes=minutes))


async def letters(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM letter"))


async def test_beyond_it_a_registration_is_stored_and_its_letter_leaves_in_its_turn(
    api: Api, intake: Pool, worker: Pool, pepper: Pepper, hall: Hall
) -> None:
    answer = await api.post("/api/v1/participants", json=PERSON, headers=SCHOOL)
    again = await api.post("/api/v1/sessions", json=ASKED, headers=SCHOOL)
    other = await api.post(
        "/api/v1/participants", json=PERSON | {"email": "b@example.org"}, headers=ELSEWHERE
    )

    assert (answer.status_code, again.status_code, other.json()["letter_at"]) == (202, 202, None)
    assert answer.json() == again.json()
    turn = datetime.fromisoformat(answer.json()["letter_at"]) - datetime.now(UTC)
    assert timedelta(minutes=9) < turn < timedelta(minutes=11)
    assert await letters(intake) == 1
    assert await released(worker, pepper, hall, minutes=5) == 0
    assert await released(worker, pepper, hall) == 1
    assert await released(worker, pepper, hall) == 0
    assert await letters(intake) == 2
    confirmed = await api.post(
        f"/api/v1/participants/{answer.json()['id']}/confirmation", json={"code": await code(worker)}
    )
    assert confirmed.status_code == 200, confirmed.text


async def test_nobody_learns_by_waiting_whether_somebody_is_registered(
    api: Api, worker: Pool, pepper: Pepper, hall: Hall
) -> None:
    unknown = [await api.post("/api/v1/sessions", json=ASKED, headers=SCHOOL) for _ in range(2)]
    registered = await api.post("/api/v1/participants", json=PERSON, headers=SCHOOL)
    known = await api.post("/api/v1/sessions", json=ASKED, headers=SCHOOL)

    assert len({each.json()["letter_at"] for each in (*unknown, registered, known)}) == 1
    # Who has registered since is not forgotten.
    await released(worker, pepper, hall)
    assert await letters(worker) == 1


async def test_nor_when_the_turn_has_come(api: Api, worker: Pool, pepper: Pepper, hall: Hall) -> None:
    answers = [
        await api.post("/api/v1/participants", json=PERSON, headers=SCHOOL),
        await api.post("/api/v1/sessions", json={"email": "nobody@example.org"}, headers=SCHOOL),
    ]
    assert await released(worker, pepper, hall, minutes=12) == 2

    tried = [
        await api.post(f"/api/v1/participants/{answer.json()['id']}/confirmation", json={"code": "000000"})
        for answer in answers
    ]

    assert await letters(worker) == 1
    assert [answer.json()["type"] for answer in tried] == ["/problems/code-wrong"] * 2


async def test_a_code_that_has_arrived_stays_good_while_another_one_waits(
    api: Api, worker: Pool, pepper: Pepper
) -> None:
    registered = await api.post("/api/v1/participants", json=PERSON, headers=ELSEWHERE)
    arrived = await code(worker)
    stranger = await api.post("/api/v1/sessions", json=ASKED, headers=SCHOOL)

    confirmed = await api.post(
        f"/api/v1/participants/{registered.json()['id']}/confirmation", json={"code": arrived}
    )

    assert stranger.json()["letter_at"]
    assert confirmed.status_code == 200, confirmed.text


async def test_who_was_erased_meanwhile_gets_no_letter(
    api: Api, worker: Pool, pepper: Pepper, hall: Hall
) -> None:
    answer = await api.post("/api/v1/participants", json=PERSON, headers=SCHOOL)
    assert answer.status_code == 202
    await worker.execute("DELETE FROM participant_directory")

    assert await released(worker, pepper, hall) == 1
    assert await released(worker, pepper, hall) == 0
    assert await letters(worker) == 0


async def test_the_page_says_when_the_letter_leaves(browser: Browser, pepper: Pepper) -> None:
    browser.headers.update(SCHOOL)

    sent = await register(browser, municipality=OKRUG)
    page = words(await browser.get(sent.headers["location"]))

    assert re.search(r"Письмо уйдёт примерно в \d\d:\d\d, \d+ \w+", page)
    assert "из вашей сети" in page.casefold()
    assert "Мы отправили письмо" not in page
    forged = {"Cookie": f"address={sent.headers['location'].split('/')[2].replace('-', '')}-ff-{'9' * 40}"}
    browser.cookies.clear()
    assert (await browser.get(sent.headers["location"], headers=forged)).status_code == 200


@pytest.fixture
def guard(hall: Hall) -> Iterator[FloodGuard]:
    """The guard, as under attack."""
    before = hall.web.app.state.flood_guard
    hall.web.app.state.flood_guard = FloodGuard(b"secret", on=True)
    yield hall.web.app.state.flood_guard
    hall.web.app.state.flood_guard = before


def ready(guard: FloodGuard, seconds: int = 21) -> str:
    """A pass that was issued so long ago."""
    return guard.issue(datetime.now(UTC) - timedelta(seconds=seconds)).token


def proof_of(token: str) -> str:
    return next(str(word) for word in count() if proves(token, str(word)))


async def test_under_attack_a_form_waits_with_all_that_was_typed(browser: Browser, guard: FloodGuard) -> None:
    form = unescape((await browser.get(f"/participants/new?municipality={OKRUG}")).text)
    held = re.search(r'name="flood_pass" value="([^"]+)"', form)
    assert held

    typed = {"municipality": OKRUG, "email": 'a&"<b@example.org'}
    at_once = [await register(browser, **typed), await register(browser, **typed, flood_pass=held[1])]

    for answer in at_once:
        assert answer.status_code == 428
        page = words(answer)
        assert "Подождите немного" in page
        assert 'value="a&"<b@example.org"' in page
        assert 'name="municipality" value="' in page
        assert "a&amp;&quot;&lt;b" in answer.text
        assert 'action="/participants/new"' in page
    # The same pass goes on: who presses too early does not begin anew.
    assert f'value="{held[1]}"' in words(at_once[1])


async def test_a_pass_that_is_ready_lets_one_form_pass_and_its_repeat(
    browser: Browser, guard: FloodGuard, worker: Pool
) -> None:
    token = ready(guard)
    key = uuid4().hex
    first, repeat = [
        await register(browser, municipality=OKRUG, flood_pass=token, form_key=key) for _ in range(2)
    ]
    another = await register(browser, municipality=OKRUG, email="b@example.org", flood_pass=token)
    proven = guard.issue(datetime.now(UTC)).token
    at_once = await send(
        browser, "/sign-in", email="anna@example.org", flood_pass=proven, flood_proof=proof_of(proven)
    )

    assert [first.status_code, repeat.status_code, another.status_code] == [303, 303, 428]
    assert first.headers["location"] == repeat.headers["location"]
    assert at_once.status_code == 303
    assert await worker.fetchval("SELECT count(*) FROM participant") == 1


async def test_the_api_says_how_to_get_a_pass(api: Api, guard: FloodGuard) -> None:
    async def asked(**headers: str) -> Any:
        return await api.post("/api/v1/participants", json=PERSON, headers=headers)

    issued = (await api.post("/api/v1/flood-passes")).json()
    used = ready(guard)
    answers = [
        await asked(),
        *[
            await asked(**{"Flood-Pass": token})
            for token in ("x" * 5000, "", used[:-1], used + "=", "ё".encode().hex())
        ],
        await asked(**{"Flood-Pass": ready(guard, 3 * 3600)}),
        await asked(**{"Flood-Pass": FloodGuard(b"other", on=True).issue(datetime.now(UTC)).token}),
    ]
    early = await asked(**{"Flood-Pass": issued["token"], "Flood-Proof": "no"})

    assert {(answer.status_code, slug(answer)) for answer in answers} == {(428, "flood-pass-missing")}
    assert (early.status_code, slug(early)) == (428, "flood-pass-early")
    assert (await asked(**{"Flood-Pass": used})).status_code == 202
    assert slug(await asked(**{"Flood-Pass": used})) == "flood-pass-used"
    proof = proof_of(issued["token"])
    assert (await asked(**{"Flood-Pass": issued["token"], "Flood-Proof": proof})).status_code == 202


async def test_of_two_at_once_one_uses_a_pass(intake: Pool, api: Api, guard: FloodGuard) -> None:
    given, now = Given(ready(guard)), datetime.now(UTC)
    moments = [Moment(now, Repeat("/sign-in", key, b"")) for key in ("a", "b")] + [Moment(now), Moment(now)]

    found = await asyncio.gather(
        *(use_pass(intake, guard, given, each) for each in moments), return_exceptions=True
    )

    assert [each for each in found if each is None] == [None]
    assert all(isinstance(each, NotYet) for each in found if each is not None)


async def test_nothing_is_asked_for_while_the_guard_is_off(browser: Browser, worker: Pool) -> None:
    form = await browser.get(f"/participants/new?municipality={OKRUG}")

    assert "flood" not in form.text
    assert (await register(browser, municipality=OKRUG)).status_code == 303
    assert await worker.fetchval("SELECT count(*) FROM used_pass") == 0
