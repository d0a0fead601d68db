"""Every record that any topic may hold, and its JSON Schema."""

import json
from types import ModuleType
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from contracts import (
    appointments,
    counters,
    hotline,
    initiatives,
    keys,
    nak,
    participants,
    reported,
    results,
    structure,
    work,
)
from contracts import help as helping
from contracts.event import CloudEvent, Event, LooseEvent, Part, StreamOpened, WatermarkReached

NUMBERED: tuple[ModuleType, ...] = (
    initiatives,
    participants,
    reported,
    helping,
    structure,
    appointments,
    work,
    hotline,
    results,
    keys,
)
"""Modules of topics whose records have epoch, sequence and chain."""

LOOSE: tuple[ModuleType, ...] = (counters, nak)
"""Modules of topics whose records have no numbers."""

MODE: JsonSchemaMode = "validation"
"""What a reader accepts: a field with a default may be missing, as it is in events of an earlier age."""


class Plain(GenerateJsonSchema):
    """JSON Schema without a title for every field: the field's name says the same."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never."""
        return False


def events_of_topics() -> dict[str, tuple[type[Part], ...]]:
    """Topic → the events it may hold. A numbered stream also has its own."""
    of_streams = (StreamOpened, WatermarkReached)
    numbered = {module.EVENTS[0].topic: (*module.EVENTS, *of_streams) for module in NUMBERED}
    return numbered | {module.TOPIC: module.EVENTS for module in LOOSE}


def events() -> dict[str, type[Part]]:
    """Type → event, of all topics."""
    return {type_of(event): event for of_topic in events_of_topics().values() for event in of_topic}


def type_of(event: type[Part]) -> str:
    """The CloudEvents type of an event."""
    return str(vars(event)["type"])


def record_of(event: type[Part]) -> type[BaseModel]:
    """The whole record of this event: its envelope, with the type fixed."""
    generic: Any = CloudEvent if issubclass(event, Event) else LooseEvent
    fixed: Any = (Literal[type_of(event)], Field(description="Says what `data` is."))
    return create_model(f"{event.__name__}Record", __base__=generic[event], __doc__=event.__doc__, type=fixed)


def schema_of(event: type[Part]) -> dict[str, Any]:
    """The record's JSON Schema (2020-12), complete in itself."""
    schema = record_of(event).model_json_schema(schema_generator=Plain, mode=MODE)
    return {"$schema": Plain.schema_dialect, **schema}


def shared_schemas() -> dict[str, Any]:
    """All records and their parts by name, for one document that holds them all."""
    models = [(record_of(event), MODE) for event in events().values()]
    _, document = models_json_schema(
        models, schema_generator=Plain, ref_template="#/components/schemas/{model}"
    )
    definitions: dict[str, Any] = document["$defs"]
    return definitions


def written(document: Any) -> str:
    """A document as it is committed."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
