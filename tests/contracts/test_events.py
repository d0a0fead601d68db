"""Events as other systems read them: examples, schemas, CloudEvents."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from cloudevents.v1.http import from_json

from contracts.initiatives import InitiativeSubmitted
from contracts.streams import PARTITIONS, link, partition_of
from deploy.contracts.__main__ import ROOT, SCHEMAS, differences
from deploy.contracts.compatibility import breaks
from deploy.contracts.records import events, record_of, schema_of
from services.chassis.streams import wire

EXAMPLES = ROOT / "contracts" / "examples"
FILES = sorted(EXAMPLES.rglob("*.json"))
PERSONAL = {"email", "phone", "name", "surname", "title", "text", "address"}


def example(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def test_every_event_has_an_example() -> None:
    assert {path.parent.name for path in FILES} == set(events())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_example_is_what_model_schema_and_reader_take(path: Path) -> None:
    record = record_of(events()[path.parent.name])
    schema = json.loads((ROOT / SCHEMAS / f"{path.parent.name}.json").read_text("utf-8"))

    jsonschema.validate(example(path), schema, jsonschema.Draft202012Validator)
    read = record.model_validate_json(path.read_bytes())

    written = read.model_dump(mode="json", exclude_unset=True)
    assert record.model_validate(written) == read
    assert written.keys() == example(path).keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_example_is_a_cloud_event(path: Path) -> None:
    told = example(path)

    seen = from_json(path.read_bytes())

    attributes = seen.get_attributes()
    assert seen.get_data() == told["data"]
    assert {name: str(attributes[name]) for name in told if name != "data"} == {
        name: str(value) for name, value in told.items() if name != "data"
    }
    assert all(name.isalnum() and name.islower() for name in attributes)
    assert attributes.get("subject", "present") != ""


def test_readers_ignore_fields_and_types_that_they_do_not_know() -> None:
    path = next(EXAMPLES.glob("dialogue.initiative.submitted.v1/*.json"))
    told = example(path) | {"novelty": 1, "type": "dialogue.initiative.praised.v1"}
    told["data"] |= {"mood": "good"}

    (envelope,) = wire.decode([json.dumps(told).encode()])

    assert isinstance(envelope, wire.Envelope)
    assert InitiativeSubmitted.model_validate(envelope.data).number == told["data"]["number"]


def test_nothing_personal_travels() -> None:
    of_people = {type_ for type_ in events() if type_.split(".")[1] in ("initiative", "participant")}
    told = {field for type_ in of_people for field in _fields(schema_of(events()[type_]))}

    assert len(of_people) > 2
    assert told & PERSONAL == set()


def _fields(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _fields(part)


def test_the_committed_contracts_are_those_of_the_models() -> None:
    assert differences() == []


@pytest.mark.parametrize("type_", events())
def test_a_model_breaks_nobody_who_reads_by_the_committed_schema(type_: str) -> None:
    committed = json.loads((ROOT / SCHEMAS / f"{type_}.json").read_text("utf-8"))

    assert breaks(committed, schema_of(events()[type_])) == []


OLD: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "maxLength": 9}, "status": {"enum": ["a", "b"]}},
}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"properties": {"id": OLD["properties"]["id"]}}, "removed"),
        ({"required": ["id", "status"]}, "became required"),
        ({"required": []}, "no longer always there"),
        ({"properties": OLD["properties"] | {"id": {"type": "integer"}}}, "type was"),
        ({"properties": OLD["properties"] | {"status": {"enum": ["a"]}}}, "no longer allowed"),
        ({"properties": OLD["properties"] | {"id": {"type": "string", "maxLength": 8}}}, "shrank"),
    ],
)
def test_a_change_that_breaks_readers_is_named(change: dict[str, Any], what: str) -> None:
    (told,) = breaks(OLD, OLD | change)

    assert what in told


def test_an_optional_field_and_a_wider_enumeration_break_nobody() -> None:
    properties = OLD["properties"] | {"status": {"enum": ["a", "b", "c"]}, "mood": {"type": "string"}}

    assert breaks(OLD, OLD | {"properties": properties}) == []


def test_a_municipality_keeps_its_partition_for_ever() -> None:
    assert PARTITIONS == 16
    assert {code: partition_of(code) for code in PLACES} == PLACES


def test_the_chain_is_the_same_for_everybody() -> None:
    first = link("", UUID("019a6f3c-0102-770e-9d1a-5b2e91c5f6e6"))

    assert first == FIRST
    assert link(first, UUID("019a6f3c-0202-7e0e-9a1a-5b2e91c7e9e6")) == SECOND


PLACES = {"13603000": 3, "13701000": 13, "79703000": 15, "79605101": 7}
FIRST, SECOND = "d730313c7981bbfb613850b68871b1dc", "d997fe3d51df94ae126dbe0eccaae061"
