"""YAML files that people write: read as a typed model, with the line of everything wrong."""

from collections.abc import Iterator
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from services.chassis.errors import Invalid
from services.hierarchy.core.domain.rows import BadFile, BadRow, decode

Model = TypeVar("Model")
Path = tuple[str | int, ...]


class Lines:
    """Where each part of a document begins."""

    def __init__(self, root: yaml.Node) -> None:
        self._lines = dict(_lines(root, ()))

    def of(self, path: Path) -> int:
        """The line of a part, counted from 1; of the nearest part around it if it is not there."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]


def read(content: bytes, model: TypeAdapter[Model]) -> tuple[Model, Lines]:
    """The document as the model says, and its lines. Raises BadFile with everything wrong.

    Scalars stay as they are written until the model reads them: a code with a leading zero
    is no octal number, and `no` is a word.
    """
    root = _compose(decode(content))
    lines = Lines(root)
    repeated = [BadRow(line, Invalid("row-yaml-twice", key=key)) for line, key in _repeated(root)]
    try:
        value = model.validate_python(yaml.BaseLoader("").construct_document(root))
    except ValidationError as error:
        raise BadFile(*repeated, *(_bad_row(lines, each) for each in _details(error))) from None
    if repeated:
        raise BadFile(*repeated)
    return value, lines


def _compose(text: str) -> yaml.Node:
    try:
        root = yaml.compose(text, yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile(BadRow(line, Invalid("row-yaml", problem=error.problem))) from None
    except yaml.YAMLError:
        raise BadFile(BadRow(1, Invalid("row-yaml", problem="—"))) from None
    if not isinstance(root, yaml.Node):
        raise BadFile(BadRow(1, Invalid("row-yaml-empty")))
    return root


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


def _lines(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _lines(item, (*path, index))
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, str(key.value)))
            yield (*path, str(key.value)), key.start_mark.line + 1


def _repeated(node: yaml.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, str(key.value)
            seen.add(str(key.value))
            yield from _repeated(value)
