"""What the hotline tells, and what is told of help, has no room for a text, a name, a number or an
address; metrics reads less still."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts import help as helping
from contracts import hotline
from contracts.event import Event
from services.metrics.cases.counting import recount
from services.metrics.cases.told import KINDS, SHAPES
from tests.metrics.asked import ask, case_of, consult

NAMES: dict[type[Event], list[str]] = {hotline.ThemeDefined: ["/properties/name"]}
"""A dictionary of the region's names what is asked about: an administrator writes it, of nobody."""

BOUND = {"uuid", "date", "date-time", "time"}
"""Formats that hold no sentence."""


def free(schema: Any, path: str = "") -> list[str]:
    """Where a schema takes any text."""
    if isinstance(schema, list):
        return [place for n, part in enumerate(schema) for place in free(part, f"{path}/{n}")]
    if not isinstance(schema, dict):
        return []
    found = [place for name, part in schema.items() for place in free(part, f"{path}/{name}")]
    if schema.get("type") == "string" and not (
        schema.keys() & {"enum", "const", "pattern"} or schema.get("format") in BOUND
    ):
        found.append(path)
    if schema.get("type") == "object" and "properties" not in schema:
        found.append(path)
    return found


@pytest.mark.parametrize("event", [*hotline.EVENTS, *helping.EVENTS], ids=lambda event: str(event.type))
def test_no_field_of_these_events_takes_a_free_text(event: type[Event]) -> None:
    assert free(event.model_json_schema()) == NAMES.get(event, [])


def test_a_field_that_takes_one_is_found() -> None:
    class Talkative(BaseModel):
        note: str | None = None
        more: dict[str, str] = {}

    assert free(Talkative.model_json_schema()) == [
        "/properties/note/anyOf/0",
        "/properties/more/additionalProperties",
        "/properties/more",
    ]


@pytest.mark.parametrize("type_", SHAPES)
def test_a_text_that_comes_all_the_same_is_not_kept(type_: str) -> None:
    told = {
        "id": "019a7a11-0b01-7738-9d68-5b2e91c60298",
        "version": 1,
        "campaign": "spring",
        "municipality": "13603000",
        "theme": "other",
        "channel": "web",
        "status": "new",
        "level": "hotline",
        "mode": "remote",
        **dict.fromkeys(("opened_at", "recorded_at"), "2026-02-14T12:05:00+03:00"),
        **dict.fromkeys(("text", "name", "phone", "email", "note"), "КАНАРЕЙКА"),
    }

    case = TypeAdapter(SHAPES[type_]).validate_python(told)

    assert "КАНАРЕЙКА" not in str(case.content()) + str(case)


def test_no_group_and_no_direction_is_read_of_any_case() -> None:
    names = {field.name for kind in KINDS.values() for field in fields(kind)}

    assert not names & {"group", "inquiry", "direction"}


@pytest.mark.parametrize("event", [ask, consult], ids=["inquiry", "consultation"])
def test_an_organization_is_read_as_an_id_alone_and_no_family_counts_by_it(event: Callable[..., Any]) -> None:
    school = uuid4()
    told = event(organization=school)

    assert str(school) in str(case_of(told).content())
    assert str(school) not in str(recount([case_of(told)]))
    with pytest.raises(ValidationError):
        TypeAdapter(SHAPES[told.type]).validate_python(told.model_dump() | {"organization": "КАНАРЕЙКА"})
