"""Refusals as problem details and as sentences of a form; what is ours to mend is told from what passes."""

from datetime import datetime

import asyncpg
import orjson
import pytest
from asyncpg import Pool

from services.chassis.errors import Checks, Invalid
from services.chassis.web.forms import Form
from services.chassis.web.problems import Sentences, problem, to_refusal


def two_refused() -> Invalid:
    checks = Checks()
    for slug, field in (("email-several", "email"), ("email-invalid", ""), ("email-mixed", "")):
        checks.take(lambda slug=slug, field=field: refuse(slug, field))  # type: ignore[misc]
    with pytest.raises(Invalid) as refused:
        checks.settle()
    return refused.value


def refuse(slug: str, field: str) -> None:
    raise Invalid(slug, field)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.DeadlockDetectedError(),
        asyncpg.SerializationError(),
        asyncpg.LockNotAvailableError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.TooManyConnectionsError(),
        ConnectionResetError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_is_no_bug(error: Exception) -> None:
    status, refusal = to_refusal(error)

    assert (status, refusal.slug) == (503, "temporarily-unavailable")


@pytest.mark.parametrize(
    ("query", "value", "status"),
    [
        ("SELECT $1::timestamptz", datetime.fromisoformat("9999-12-31T23:59:59-10:00"), 422),
        ("SELECT $1::bigint", 2**63, 422),
        ("SELECT $1::text", "a\x00b", 422),
        ("SELECT 1 / $1::int", 0, 500),
        ("SELECT $1::int", "one", 500),
    ],
    ids=["moment", "number", "text", "a bug of a query", "a bug of ours"],
)
async def test_what_no_column_holds_is_its_senders_and_no_bug(
    intake: Pool, query: str, value: object, status: int
) -> None:
    with pytest.raises(asyncpg.DataError) as refused:
        await intake.fetchval(query, value)

    assert to_refusal(refused.value)[0] == status


def test_a_problem_tells_also_what_has_no_field() -> None:
    body = orjson.loads(problem(422, two_refused(), Sentences()).content)

    assert [error["field"] for error in body["errors"]] == ["email", "", ""]


def test_a_form_says_all_that_has_no_field_above_it() -> None:
    form, sentences = Form(), Sentences()

    form.refuse(sentences, two_refused())

    assert form.errors["email"] == sentences("email-several", {})
    assert form.errors[""] == f"{sentences('email-invalid', {})} {sentences('email-mixed', {})}"


def test_numbers_of_a_sentence_are_written_as_on_a_page() -> None:
    sentence = Sentences()("idempotency-key-too-long", {"limit": 12_480})

    assert "длиннее 12\N{NO-BREAK SPACE}480 знаков" in sentence
