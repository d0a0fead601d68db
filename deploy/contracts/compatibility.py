"""Whether a changed JSON Schema still describes the same event: old events are read, old readers read on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
SAME = ("type", "const", "format", "pattern")


def breaks(old: Schema, new: Schema) -> list[str]:
    """What an event's new schema breaks, a line each; empty if it may keep its type.

    A field may be added if it is optional; an enumeration and a limit may widen. No field goes away,
    becomes required or optional, or changes what it holds: all that is a new type.
    """
    return list(_compare(Side(old, old), Side(new, new), "event"))


@dataclass(frozen=True, slots=True)
class Side:
    """A place in one of the two documents, with the whole of it for references."""

    document: Schema
    here: Schema

    def at(self, schema: Schema) -> "Side":
        """Another place of the same document, behind its references."""
        while "$ref" in schema:
            found: Any = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return replace(self, here=schema)

    def parts(self, keyword: str) -> dict[str, "Side"]:
        """What this keyword holds by name."""
        return {name: self.at(schema) for name, schema in self.here.get(keyword, {}).items()}

    def choices(self) -> list["Side"]:
        """The alternatives of `anyOf`, or itself."""
        return [self.at(schema) for schema in self.here["anyOf"]] if "anyOf" in self.here else [self]


def _compare(old: Side, new: Side, place: str) -> Iterator[str]:
    if "anyOf" in old.here or "anyOf" in new.here:
        yield from _alternatives(old, new, place)
        return
    yield from _values(old.here, new.here, place)
    yield from _fields(old, new, place)
    for keyword in ("properties", "patternProperties"):
        before, after = old.parts(keyword), new.parts(keyword)
        for name in sorted(before.keys() & after.keys()):
            yield from _compare(before[name], after[name], f"{place}.{name}")
    if isinstance(old.here.get("items"), Mapping) and isinstance(new.here.get("items"), Mapping):
        yield from _compare(old.at(old.here["items"]), new.at(new.here["items"]), f"{place}[]")


def _alternatives(old: Side, new: Side, place: str) -> Iterator[str]:
    for choice in old.choices():
        if all(list(_compare(choice, offered, place)) for offered in new.choices()):
            yield f"{place}: no longer holds what it could hold"


def _fields(old: Side, new: Side, place: str) -> Iterator[str]:
    before, after = set(old.here.get("required", ())), set(new.here.get("required", ()))
    for keyword in ("properties", "patternProperties"):
        for name in sorted(old.parts(keyword).keys() - new.parts(keyword).keys()):
            yield f"{place}.{name}: removed"
    for name in sorted(after - before):
        yield f"{place}.{name}: became required"
    for name in sorted((before - after) & new.parts("properties").keys()):
        yield f"{place}.{name}: is no longer always there"


def _values(old: Schema, new: Schema, place: str) -> Iterator[str]:
    for keyword in SAME:
        if old.get(keyword) != new.get(keyword):
            yield f"{place}: {keyword} was {old.get(keyword)}, is {new.get(keyword)}"
    gone = [value for value in old.get("enum", ()) if "enum" in new and value not in new["enum"]]
    if gone or ("enum" in new and "enum" not in old):
        yield f"{place}: values no longer allowed: {gone or 'others than the listed'}"
    for keyword in AT_LEAST:
        if new.get(keyword, float("-inf")) > old.get(keyword, float("-inf")):
            yield f"{place}: {keyword} grew"
    for keyword in AT_MOST:
        if new.get(keyword, float("inf")) < old.get(keyword, float("inf")):
            yield f"{place}: {keyword} shrank"
    if new.get("additionalProperties", True) is False and old.get("additionalProperties", True) is not False:
        yield f"{place}: unknown fields are no longer ignored"
