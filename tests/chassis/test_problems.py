"""Refusals as problem details and as sentences of a form; what is ours to mend is told from what passes."""

import asyncpg
import orjson
import pytest

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
