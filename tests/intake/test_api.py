"""The API of intake: every refusal has a slug and a sentence, and nothing is lost or counted twice."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool, open_pool
from services.intake.participants.commands.unify_addresses import unify
from services.intake.participants.digests import Pepper
from services.intake.participants.domain import CODE_VALID
from tests.databases import RING, Database
from tests.factories import OKRUG, define_campaign, define_organization, mirror_region, region, today
from tests.intake.test_pages import opened

Api: TypeAlias = AsyncTestClient[Litestar]

PERSON = {
    "municipality": OKRUG,
    "organization": None,
    "position": "budget",
    "email": "anna@example.org",
    "consent_version": "1",
}
WISH = {"direction": "roads", "organization": None, "form": "personal", "title": "Переход", "text": "Нужен."}


@pytest.fixture
async def api(intake: Pool, intake_database: Database, tmp_path: Path) -> AsyncIterator[Api]:
    await mirror_region(intake)
    async with opened(intake_database, tmp_path) as client:
        client.headers["Accept"] = "application/json"
        yield client


@pytest.fixture
async def author(api: Api, intake: Pool) -> Api:
    """The API as a registered participant uses it."""
    registered = await api.post("/api/v1/participants", json=PERSON)
    confirmed = await api.post(
        f"/api/v1/participants/{registered.json()['id']}/confirmation", json={"code": await code(intake)}
    )
    api.headers["Authorization"] = f"Bearer {confirmed.json()['token']}"
    return api


async def code(pool: Pool) -> str:
    body = str(await pool.fetchval("SELECT body FROM letter ORDER BY id DESC LIMIT 1"))
    return str(re.findall(r"^\d{6}$", body, re.MULTILINE)[0])


def slug(answer: Any) -> str:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    problem = answer.json()
    assert re.search("[а-я]", problem["detail"]), problem
    return str(problem["type"]).removeprefix("/problems/")


def organization(external_id: str) -> str:
    return str(define_organization(external_id, OKRUG).id)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"municipality": "99999999"}, "municipality-unknown"),
        ({"organization": str(uuid4())}, "organization-unknown"),
        ({"organization": organization("3")}, "organization-closed"),
        ({"organization": organization("1")}, "organization-elsewhere"),
        ({"position": "tsar"}, "classifier-unknown"),
        ({"email": "anna"}, "email-invalid"),
        ({"email": "a b@example.org"}, "email-invalid"),
        ({"consent_version": "0"}, "consent-outdated"),
    ],
)
async def test_a_registration_that_cannot_be_meant_is_refused(
    api: Api, intake: Pool, change: dict[str, object], expected: str
) -> None:
    answer = await api.post("/api/v1/participants", json=PERSON | change)

    assert (answer.status_code, slug(answer)) == (422, expected)
    assert await intake.fetchval("SELECT count(*) FROM letter") == 0


@pytest.mark.parametrize(
    ("change", "status", "expected"),
    [
        ({"direction": "war"}, 422, "direction-unknown"),
        ({"form": "secret"}, 422, "classifier-unknown"),
        ({"title": " \n"}, 422, "title-empty"),
        ({"title": "\u200b\u3164"}, 422, "title-empty"),
        ({"text": "\u2800\ufeff"}, 422, "text-empty"),
        ({"text": ""}, 422, "text-empty"),
        ({"title": "я" * 201}, 422, "title-too-long"),
        ({"text": "я" * 4001}, 422, "text-too-long"),
        ({"organization": organization("3")}, 422, "organization-closed"),
        ({"text": "я" * 70_000}, 413, "body-too-large"),
        ({"organization": "not-an-id"}, 400, "bad-request"),
    ],
)
async def test_an_initiative_that_cannot_be_meant_is_refused(
    author: Api, intake: Pool, change: dict[str, object], status: int, expected: str
) -> None:
    answer = await author.post("/api/v1/initiatives", json=WISH | change)

    assert (answer.status_code, slug(answer)) == (status, expected)
    assert await intake.fetchval("SELECT count(*) FROM outbox WHERE topic LIKE '%initiatives%'") == 0


async def test_pasted_text_is_stored_with_what_is_seen_of_it(author: Api) -> None:
    pasted = {"title": "Дорога \u202eв\x0bгород", "text": "По\x1eволжский\x0cпарк\x02\x1f\x00\r\nи мост\r"}

    answer = await author.post("/api/v1/initiatives", json=WISH | pasted)

    assert answer.status_code == 201, answer.text
    stored = (await author.get(f"/api/v1/initiatives/{answer.json()['id']}")).json()
    assert (stored["title"], stored["text"]) == ("Дорога в город", "По-волжский\nпарк\nи мост")


async def test_a_reason_of_withdrawal_is_text_like_any_other(author: Api) -> None:
    number = (await author.post("/api/v1/initiatives", json=WISH)).json()["id"]
    address = f"/api/v1/initiatives/{number}"

    refused = await author.post(f"{address}/withdrawal", json={"reason": "я" * 1001})
    withdrawn = await author.post(f"{address}/withdrawal", json={"reason": " Подал\x0bещё раз\u200b"})

    assert (refused.status_code, slug(refused)) == (422, "reason-too-long")
    assert withdrawn.status_code == 200, withdrawn.text
    history = (await author.get(address)).json()["history"]
    assert history[-1]["reason"] == "Подал\nещё раз"


async def test_a_text_of_exactly_the_limit_in_characters_is_taken(author: Api) -> None:
    answer = await author.post("/api/v1/initiatives", json=WISH | {"text": "ё" * 4000})

    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("token", ["", "Bearer x", "Bearer a.b.c", "Basic YTpi"])
async def test_a_forged_token_is_nobody(api: Api, token: str) -> None:
    answer = await api.post("/api/v1/initiatives", json=WISH, headers={"Authorization": token})

    assert (answer.status_code, slug(answer)) == (401, "token-invalid")


async def test_before_the_first_day_the_answer_names_it(
    intake: Pool, intake_database: Database, tmp_path: Path
) -> None:
    tomorrow = today() + timedelta(days=2)
    await mirror_region(intake, [define_campaign(first_day=tomorrow), *region()[1:]])

    async with opened(intake_database, tmp_path) as client:
        answer = await client.post(
            "/api/v1/participants", json=PERSON, headers={"Accept": "application/json"}
        )

    assert (answer.status_code, slug(answer)) == (409, "campaign-not-started")
    assert str(tomorrow.day) in answer.json()["detail"]


async def test_a_wrong_code_may_be_tried_five_times(api: Api, intake: Pool) -> None:
    registered = await api.post("/api/v1/participants", json=PERSON)
    path = f"/api/v1/participants/{registered.json()['id']}/confirmation"
    right = await code(intake)
    wrong = f"{(int(right) + 1) % 10**6:06}"

    refused = [slug(await api.post(path, json={"code": wrong})) for _ in range(5)]
    last = await api.post(path, json={"code": right})

    assert refused == ["code-wrong"] * 5
    assert (last.status_code, slug(last)) == (429, "too-many-attempts")


async def test_codes_are_stored_only_as_digests(api: Api, intake: Pool) -> None:
    await api.post("/api/v1/participants", json=PERSON)

    stored = await intake.fetchval("SELECT code_digest FROM confirmation_code")

    assert len(stored) == 32
    assert (await code(intake)).encode() not in stored


async def test_a_code_is_read_on_a_lock_screen(api: Api, intake: Pool) -> None:
    await api.post("/api/v1/participants", json=PERSON)

    subject = await intake.fetchval("SELECT subject FROM letter")

    assert subject == f"{await code(intake)} – код для входа. Весенний марафон"


async def test_coming_back_is_never_counted_again(author: Api, intake: Pool) -> None:
    begun = await author.post("/api/v1/sessions", json={"email": " ANNA@Example.org "})
    confirmed = await author.post(
        f"/api/v1/participants/{begun.json()['id']}/confirmation", json={"code": await code(intake)}
    )

    assert confirmed.status_code == 200
    assert await intake.fetchval("SELECT count(*) FROM outbox WHERE topic LIKE '%participants%'") == 1


async def test_a_withdrawn_initiative_stays_and_cannot_be_withdrawn_again(author: Api) -> None:
    submitted = (await author.post("/api/v1/initiatives", json=WISH)).json()
    path = f"/api/v1/initiatives/{submitted['id']}"

    first = await author.post(f"{path}/withdrawal", json={"reason": "Уже сделали"})
    second = await author.post(f"{path}/withdrawal", json={})
    seen = (await author.get(path)).json()

    assert first.status_code == 200, first.text
    assert (second.status_code, slug(second)) == (409, "initiative-closed")
    assert [step["status"] for step in seen["history"]] == ["accepted", "withdrawn"]


async def test_a_foreign_initiative_is_not_found(author: Api, intake: Pool) -> None:
    submitted = (await author.post("/api/v1/initiatives", json=WISH)).json()
    other = await author.post("/api/v1/participants", json=PERSON | {"email": "boris@example.org"})
    confirmed = await author.post(
        f"/api/v1/participants/{other.json()['id']}/confirmation", json={"code": await code(intake)}
    )
    headers = {"Authorization": f"Bearer {confirmed.json()['token']}"}

    answer = await author.get(f"/api/v1/initiatives/{submitted['id']}", headers=headers)

    assert (answer.status_code, slug(answer)) == (404, "initiative-unknown")


@pytest.mark.parametrize("moment", ["yesterday", "2026-01-01T00:00:00", "2999-01-01T00:00:00+00:00"])
async def test_demonstration_time_is_for_the_past_alone(author: Api, moment: str) -> None:
    answer = await author.post("/api/v1/initiatives", json=WISH, headers={"X-Demo-Time": moment})

    assert (answer.status_code, slug(answer)) == (400, "demo-time-refused")


async def test_demonstration_time_never_goes_back_for_one_client(author: Api) -> None:
    now = datetime.now(UTC)
    later, earlier = (now - timedelta(hours=1)).isoformat(), (now - timedelta(hours=2)).isoformat()

    first = await author.post("/api/v1/initiatives", json=WISH, headers={"X-Demo-Time": later})
    second = await author.post("/api/v1/initiatives", json=WISH, headers={"X-Demo-Time": earlier})

    assert (first.status_code, second.status_code) == (201, 400)


@pytest.mark.parametrize("stored", ["<anna@example.org>", "anna@example.org,", "mailto:anna@example.org"])
async def test_who_registered_with_a_wrapped_address_is_found_by_the_plain_one(
    api: Api, intake: Pool, tmp_path: Path, stored: str
) -> None:
    registered = await api.post("/api/v1/participants", json=PERSON)
    await store_as(intake, tmp_path, stored)

    signed_in = await api.post("/api/v1/sessions", json={"email": "Anna@example.org"})
    found = await asked_for(intake)
    again = await api.post("/api/v1/participants", json=PERSON)

    assert signed_in.json() == again.json() == registered.json()
    assert found == await asked_for(intake) == await entered(intake)
    assert await intake.fetchval("SELECT count(*) FROM participant_directory") == 1


async def test_who_registered_in_russian_letters_is_found_by_them(
    api: Api, intake: Pool, tmp_path: Path
) -> None:
    await api.post("/api/v1/participants", json=PERSON)
    await store_as(intake, tmp_path, "анна@xn--80a1acny.xn--p1ai")

    signed_in = await api.post("/api/v1/sessions", json={"email": "Анна@почта.рф"})
    found = await asked_for(intake)
    stranger = await api.post("/api/v1/sessions", json={"email": "Олег@почта.рф"})

    # The code of the other spelling is no longer good.
    assert found == await entered(intake)
    assert (stranger.status_code, stranger.json() != signed_in.json()) == (202, True)
    assert await asked_for(intake) == [*found, None]


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("ivanov@@mail.ru", "email-invalid"),
        ("a@mail.ru,b@mail.ru", "email-several"),
        ("ivanov@mаil.ru", "email-look-alike"),
        ("иванов@mail.ru", "email-not-latin"),
    ],
)
async def test_a_registration_says_what_is_wrong_with_an_address(
    api: Api, intake: Pool, email: str, expected: str
) -> None:
    answer = await api.post("/api/v1/participants", json=PERSON | {"email": email})

    assert (answer.status_code, slug(answer)) == (422, expected)
    assert await intake.fetchval("SELECT count(*) FROM letter") == 0


async def asked_for(pool: Pool) -> list[UUID | None]:
    """Whose codes there are; nobody's last."""
    rows = await pool.fetch("SELECT participant_id FROM confirmation_code ORDER BY participant_id")
    return [row["participant_id"] for row in rows]


async def entered(pool: Pool) -> list[UUID | None]:
    """Who is a participant."""
    rows = await pool.fetch("SELECT participant_id FROM participant_directory")
    return [row["participant_id"] for row in rows]


async def store_as(pool: Pool, folder: Path, former: str) -> None:
    """As if the only participant had been stored by the rules that held before."""
    (digest,) = Pepper((folder / "key.pem").read_bytes()).of_emails([former])
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, "*")
        await db.execute("UPDATE participant_directory SET email_digest = $1", digest)
        await db.execute(
            "UPDATE participant SET email = ROW('', convert_to($1, 'UTF8'))::sealed_text", former
        )


async def test_a_name_that_was_stored_with_an_address_is_taken_off(
    api: Api, intake: Pool, intake_database: Database, tmp_path: Path
) -> None:
    registered = await api.post("/api/v1/participants", json=PERSON)
    await store_as(intake, tmp_path, "анна<anna@example.org>")
    pepper = Pepper((tmp_path / "key.pem").read_bytes())

    async with open_pool(
        intake_database.settings("worker"), server_settings={"app.municipalities": "*"}, ring=RING
    ) as pool:
        changed = await unify(pool, pepper), await unify(pool, pepper)
    again = await api.post("/api/v1/participants", json=PERSON)

    assert changed == (1, 0)
    assert again.json() == registered.json()


async def test_two_participants_of_one_mailbox_both_stay(
    api: Api, intake: Pool, intake_database: Database, tmp_path: Path
) -> None:
    await api.post("/api/v1/participants", json=PERSON)
    await store_as(intake, tmp_path, "анна<anna@example.org>")
    plain = await api.post("/api/v1/participants", json=PERSON)

    async with open_pool(
        intake_database.settings("worker"), server_settings={"app.municipalities": "*"}, ring=RING
    ) as pool:
        changed = await unify(pool, Pepper((tmp_path / "key.pem").read_bytes()))
    before = await asked_for(intake)
    signed_in = await api.post("/api/v1/sessions", json={"email": "anna@example.org"})

    assert changed == 0
    assert signed_in.json() == plain.json()
    assert await asked_for(intake) == before
    assert await intake.fetchval("SELECT count(*) FROM participant_directory") == 2


async def test_of_the_codes_that_one_asks_for_the_last_one_waits_alone(api: Api, intake: Pool) -> None:
    await api.post("/api/v1/participants", json=PERSON)
    for _ in range(2):
        await api.post("/api/v1/sessions", json={"email": PERSON["email"]})

    [letter] = await intake.fetch("SELECT kind, expires_at - written_at AS valid FROM letter")

    assert (letter["kind"], letter["valid"]) == ("code", CODE_VALID)


def blamed(answer: Any) -> list[str]:
    return [each["field"] for each in answer.json()["errors"]]


async def test_everything_wrong_with_a_registration_is_told_at_once(api: Api) -> None:
    wrong = {"municipality": "99999999", "position": "tsar", "email": "anna", "consent_version": "0"}

    answer = await api.post("/api/v1/participants", json=PERSON | wrong)

    assert (answer.status_code, slug(answer)) == (422, "municipality-unknown")
    assert blamed(answer) == ["municipality", "position", "email", "consent"]


async def test_everything_wrong_with_an_initiative_is_told_at_once(author: Api) -> None:
    wrong = {"direction": "war", "organization": str(uuid4()), "form": "secret", "title": "", "text": ""}

    answer = await author.post("/api/v1/initiatives", json=WISH | wrong)

    assert (answer.status_code, slug(answer)) == (422, "direction-unknown")
    assert blamed(answer) == ["direction", "form", "organization", "title", "text"]


async def test_a_code_that_lacks_digits_costs_no_attempt(api: Api, intake: Pool) -> None:
    registered = await api.post("/api/v1/participants", json=PERSON)
    path = f"/api/v1/participants/{registered.json()['id']}/confirmation"

    incomplete = [slug(await api.post(path, json={"code": "12"})) for _ in range(6)]
    right = await code(intake)
    confirmed = await api.post(path, json={"code": f"{right[:3]} {right[3:]}"})

    assert incomplete == ["code-incomplete"] * 6
    assert confirmed.status_code == 200, confirmed.text


async def test_a_withdrawal_repeated_with_its_key_is_answered_alike(author: Api) -> None:
    submitted = (await author.post("/api/v1/initiatives", json=WISH)).json()
    path, key = f"/api/v1/initiatives/{submitted['id']}/withdrawal", {"Idempotency-Key": "once"}

    first = await author.post(path, json={}, headers=key)
    repeated = await author.post(path, json={}, headers=key)

    assert first.status_code == repeated.status_code == 200
    assert first.text == repeated.text


async def test_a_submission_repeated_with_its_key_is_answered_alike(author: Api) -> None:
    key = {"Idempotency-Key": "once"}

    first = await author.post("/api/v1/initiatives", json=WISH, headers=key)
    repeated = await author.post("/api/v1/initiatives", json=WISH, headers=key)

    assert first.status_code == repeated.status_code == 201
    assert first.text == repeated.text
