"""Nobody finds out by asking for codes who is registered; nobody gets in by one that was not sent."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.db.pool import Pool
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import LETTERS_AN_HOUR
from tests.factories import subject_of
from tests.intake.conftest import Hall
from tests.intake.test_api import PERSON, Api, code

KNOWN, UNKNOWN = PERSON["email"], "nobody@example.org"
CODE = "123456"
OF_ONE_ANSWER = ("id", "request_id", "instance")


@pytest.fixture
async def registered(author: Api, intake: Pool) -> Api:
    """Somebody is registered; asked by a stranger, after the hour of the letters of registering."""
    del author.headers["Authorization"]
    await intake.execute("UPDATE confirmation_code SET hour_began_at = hour_began_at - interval '1 hour'")
    return author


@pytest.fixture
def pepper(hall: Hall) -> Pepper:
    found: Pepper = hall.web.app.state.pepper
    return found


def told(answer: Any) -> tuple[object, ...]:
    """What an answer says, but for the handle and the id of the request."""
    said = {name: value for name, value in answer.json().items() if name not in OF_ONE_ANSWER}
    return answer.status_code, said, sorted(answer.headers.keys() - {"date", "content-length"})


async def talk(api: Api, pool: Pool, email: object) -> list[tuple[object, ...]]:
    """All that somebody learns who asks for codes for an address of which they do not read the letters."""

    async def ask() -> Any:
        return await api.post("/api/v1/sessions", json={"email": email})

    async def enter(digits: str) -> Any:
        return await api.post(f"/api/v1/participants/{handle}/confirmation", json={"code": digits})

    first = await ask()
    handle = first.json()["id"]
    right = await code(pool)
    wrong = [digits for digits in (f"{n:06}" for n in range(8)) if digits != right][:7]
    answers = [first, *[await enter(digits) for digits in wrong]]
    answers += [await ask() for _ in range(LETTERS_AN_HOUR)]
    await pool.execute("UPDATE confirmation_code SET expires_at = now()")
    answers.append(await enter(CODE))
    await pool.execute("UPDATE confirmation_code SET hour_began_at = now() - interval '1 hour'")
    answers.append(await ask())
    return [told(answer) for answer in answers]


async def test_asking_and_guessing_tell_nothing_of_who_is_registered(registered: Api, intake: Pool) -> None:
    of_known = await talk(registered, intake, KNOWN)
    of_unknown = await talk(registered, intake, UNKNOWN)

    assert of_known == of_unknown
    answered = [answer[0] for answer in of_known]
    assert answered == [202, *[422] * 5, 429, 429, *[202] * 9, 429, 422, 202]


async def test_an_unknown_address_gets_no_letter(registered: Api, intake: Pool) -> None:
    before = await intake.fetchval("SELECT count(*) FROM letter")

    await registered.post("/api/v1/sessions", json={"email": UNKNOWN})

    assert await intake.fetchval("SELECT count(*) FROM letter") == before


async def test_a_handle_is_of_the_address_and_never_the_participants_id(
    registered: Api, intake: Pool
) -> None:
    ids = {
        str(row["id"]) for row in await intake.fetch("SELECT participant_id AS id FROM participant_directory")
    }

    for email in (KNOWN, UNKNOWN):
        asked = [await registered.post("/api/v1/sessions", json={"email": email}) for _ in range(2)]
        tried = await registered.post("/api/v1/participants", json=PERSON | {"email": email})
        (handle,) = {answer.json()["id"] for answer in (*asked, tried)}
        assert handle not in ids
        # Neither when it was made is in it.
        assert UUID(handle).version == 5


async def test_what_nobody_asked_for_looks_like_what_is_over(api: Api) -> None:
    answer = await api.post(f"/api/v1/participants/{uuid4()}/confirmation", json={"code": CODE})

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/code-expired")


async def test_the_right_code_of_an_address_that_nobody_has_lets_nobody_in(
    registered: Api, intake: Pool, pepper: Pepper
) -> None:
    asked = await registered.post("/api/v1/sessions", json={"email": UNKNOWN})
    handle = UUID(asked.json()["id"])
    digest = pepper.of_code(handle, CODE)
    await intake.execute("UPDATE confirmation_code SET code_digest = $2 WHERE handle = $1", handle, digest)

    answer = await registered.post(f"/api/v1/participants/{handle}/confirmation", json={"code": CODE})

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/code-wrong")


async def test_who_registers_by_an_address_that_was_asked_for_gets_in(registered: Api, intake: Pool) -> None:
    asked = await registered.post("/api/v1/sessions", json={"email": UNKNOWN})
    wrong = f"/api/v1/participants/{asked.json()['id']}/confirmation"
    await registered.post(wrong, json={"code": CODE})

    tried = await registered.post("/api/v1/participants", json=PERSON | {"email": UNKNOWN})
    path = f"/api/v1/participants/{tried.json()['id']}/confirmation"
    confirmed = await registered.post(path, json={"code": await code(intake)})

    assert confirmed.status_code == 200, confirmed.text


async def test_a_code_on_its_way_when_handles_came_is_good_until_the_next_one(
    registered: Api, intake: Pool, pepper: Pepper
) -> None:
    id_ = await intake.fetchval("SELECT participant_id FROM participant_directory")
    valid = "expires_at = now() + interval '1 minute', attempts_left = 5"
    digest = pepper.of_code(id_, CODE)
    await intake.execute(f"UPDATE confirmation_code SET handle = $1, code_digest = $2, {valid}", id_, digest)
    path = f"/api/v1/participants/{id_}/confirmation"

    confirmed = await registered.post(path, json={"code": CODE})
    await registered.post("/api/v1/sessions", json={"email": KNOWN})

    assert confirmed.status_code == 200, confirmed.text
    assert subject_of(confirmed.json()["token"]) == str(id_)
    assert await intake.fetchval("SELECT array_agg(handle) FROM confirmation_code") != [id_]
    assert await intake.fetchval("SELECT count(*) FROM confirmation_code") == 1


async def test_the_version_before_writes_codes_beside(registered: Api, intake: Pool) -> None:
    id_, now = await intake.fetchval("SELECT participant_id FROM participant_directory"), datetime.now(UTC)
    before = """
        INSERT INTO confirmation_code (participant_id, code_digest, expires_at, attempts_left, hour_began_at,
                                       sent_this_hour)
        VALUES ($1, '', $2, 5, $2, 1)
        ON CONFLICT (participant_id) DO UPDATE SET code_digest = excluded.code_digest"""

    for whose in (id_, uuid4()):
        await intake.execute(before, whose, now)
    again = await registered.post("/api/v1/sessions", json={"email": KNOWN})

    assert again.status_code == 202
    assert await intake.fetchval("SELECT count(*) FROM confirmation_code") == 2
