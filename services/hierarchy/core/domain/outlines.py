"""YAML files that people write, read into a tree of text with its lines. Runs in a bounded process."""

from collections.abc import Iterator
from typing import Any

import orjson
import yaml

from services.chassis.tables.formats import decode

DEEPEST = 30
"""Levels of a document; ours have four."""

Path = tuple[str | int, ...]


class _Refused(Exception):
    def __init__(self, slug: str, line: int = 1, **facts: str | None) -> None:
        super().__init__(slug)
        self.answer = {"refused": slug, "line": line, "facts": facts}


def outline(content: bytes) -> bytes:
    """A document as JSON: its value, where each part begins, and what is written twice; or why there is none.

    Scalars stay as they are written: a code with a leading zero is no octal number, and `no` is a word.
    """
    try:
        root = _compose(content)
        value = _value(root, set(), 0)
    except _Refused as refusal:
        return orjson.dumps(refusal.answer)
    return orjson.dumps({"value": value, "lines": list(_lines(root, ())), "repeated": list(_repeated(root))})


def _compose(content: bytes) -> yaml.Node:
    text = decode(content)
    if text is None:
        raise _Refused("row-encoding")
    try:
        root = yaml.compose(text, yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _Refused("row-yaml", line, problem=error.problem) from None
    except (yaml.YAMLError, RecursionError):
        raise _Refused("row-yaml", problem="–") from None
    if not isinstance(root, yaml.Node):
        raise _Refused("row-yaml-empty")
    return root


def _value(node: yaml.Node, known: set[int], depth: int) -> Any:
    # A node that is met twice is an alias: some hundred bytes of them stand for more than there is memory.
    if id(node) in known or depth > DEEPEST:
        raise _Refused("row-yaml-nested", node.start_mark.line + 1)
    known.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, known, depth + 1) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _value(value, known, depth + 1) for key, value in node.value}
    return str(node.value)


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
            if str(key.value) in seen:
                yield key.start_mark.line + 1, str(key.value)
            seen.add(str(key.value))
            yield from _repeated(value)
