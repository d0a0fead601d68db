"""Files of strangers, read in a bounded process; only text and its places leave it."""

import asyncio
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.chassis.errors import Invalid
from services.chassis.process.bounded import Bounds, Broken, Workbench
from services.hierarchy.core.domain import outlines, sheets
from services.hierarchy.core.domain.marked import Document, Lines
from services.hierarchy.core.domain.rows import BadFile, BadRow, Table, TableRow

AT_ONCE, WAITING = 2, 20
"""Tables read at the same time, and how many may wait."""

BOUNDS = Bounds(memory=700_000_000, cpu=20, seconds=60, answer=100_000_000)
"""A sheet of a million cells takes 400 MB and some seconds."""


class _Refused(BaseModel):
    model_config = ConfigDict(extra="forbid")

    refused: Literal["row-encoding", "row-file-kind", "row-spreadsheet", "table-unreadable"]
    kind: str


class _Rows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rows: list[tuple[int, list[str]]]
    unclosed: list[int]


UNREADABLE = orjson.dumps({"refused": "table-unreadable", "kind": ""})
"""What stands for the answer of a child that gave none."""


class _Fault(BaseModel):
    model_config = ConfigDict(extra="forbid")

    refused: Literal["row-encoding", "row-yaml", "row-yaml-empty", "row-yaml-nested"]
    line: int
    facts: dict[Literal["problem"], str | None]


class _Outline(BaseModel):
    model_config = ConfigDict(extra="forbid")

    value: Any
    lines: list[tuple[tuple[int | str, ...], int]]
    repeated: list[tuple[int, str]]


ANSWER: TypeAdapter[_Refused | _Rows] = TypeAdapter(_Refused | _Rows)
OUTLINE: TypeAdapter[_Fault | _Outline] = TypeAdapter(_Fault | _Outline)


class FileReader:
    """Reads tables, each in a process that a bad file may end."""

    def __init__(self) -> None:
        self._tables = Workbench(sheets.read, BOUNDS, AT_ONCE, WAITING)
        self._documents = Workbench(outlines.outline, BOUNDS, AT_ONCE, WAITING)

    async def rows(self, content: bytes) -> bytes:
        """The rows of a file, or why there are none, to be kept and given to `table_of`. Raises Unavailable
        if too many wait."""
        try:
            return await self._tables.done(content)
        except (Broken, TimeoutError):
            return UNREADABLE

    async def table(self, content: bytes) -> Table:
        """The table of a file. Raises Unavailable if too many wait, BadFile if it cannot be read."""
        return await asyncio.to_thread(table_of, await self.rows(content))

    async def document(self, content: bytes) -> Document:
        """The YAML document of a file. Raises Unavailable if too many wait, BadFile if it cannot be read."""
        try:
            answer = await self._documents.done(content)
        except (Broken, TimeoutError):
            raise BadFile(BadRow(1, Invalid("table-unreadable"))) from None
        return await asyncio.to_thread(document_of, answer)


def table_of(rows: bytes) -> Table:
    """The table whose rows were read. Raises BadFile if they could not be."""
    try:
        answer = ANSWER.validate_json(rows)
    except ValidationError:
        answer = _Refused(refused="table-unreadable", kind="")
    if isinstance(answer, _Refused):
        raise BadFile(BadRow(1, Invalid(answer.refused, kind=answer.kind)))
    return Table(tuple(TableRow(nth, tuple(cells)) for nth, cells in answer.rows), tuple(answer.unclosed))


def document_of(outline: bytes) -> Document:
    """The document whose outline was read. Raises BadFile if it could not be."""
    try:
        answer = OUTLINE.validate_json(outline)
    except ValidationError:
        answer = _Fault(refused="row-yaml", line=1, facts={"problem": "–"})
    if isinstance(answer, _Fault):
        raise BadFile(
            BadRow(answer.line, Invalid(answer.refused, problem=answer.facts.get("problem") or "–"))
        )
    repeated = [BadRow(line, Invalid("row-yaml-twice", key=key)) for line, key in answer.repeated]
    return Document(answer.value, Lines(dict(answer.lines)), tuple(repeated))
