"""YAML files that people write, once they are read: a typed model, with the line of everything wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from services.chassis.errors import Invalid
from services.chassis.tables.rows import BadFile, BadRow

Model = TypeVar("Model")
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Where each part of a document begins."""

    begins: Mapping[Path, int]

    def of(self, path: Path) -> int:
        """The line of a part, counted from 1; of the nearest part around it if it is not there."""
        while path not in self.begins:
            path = path[:-1]
        return self.begins[path]


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read: lists, mappings and text; and the keys that are written twice."""

    value: Any
    lines: Lines
    repeated: tuple[BadRow, ...] = ()


def read(document: Document, model: TypeAdapter[Model]) -> Model:
    """The document as the model says. Raises BadFile with everything wrong."""
    try:
        value = model.validate_python(document.value)
    except ValidationError as error:
        bad = [_bad_row(document.lines, each) for each in _details(error)]
        raise BadFile(*document.repeated, *bad) from None
    if document.repeated:
        raise BadFile(*document.repeated)
    return value


def _details(error: ValidationError) -> list[dict[str, Any]]:
    """What is wrong, without "too short" about lists whose items are wrong themselves."""
    details = error.errors(include_url=False, include_input=False)
    parts = {each["loc"][:depth] for each in details for depth in range(len(each["loc"]))}
    return [dict(each) for each in details if each["type"] != "too_short" or each["loc"] not in parts]


def _bad_row(lines: Lines, detail: dict[str, Any]) -> BadRow:
    path = (*detail["loc"], *detail.get("ctx", {}).get("at", ()))
    message = str(detail["msg"]).rstrip(".")
    place = ".".join(map(str, detail["loc"]))
    whole, part = (
        Invalid("row-yaml-whole", message=message),
        Invalid("row-yaml-part", place=place, message=message),
    )
    return BadRow(lines.of(path), part if place else whole)
