"""Tables of strangers, read in a bounded process; only text and its places leave it."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.chassis.errors import Invalid
from services.chassis.process.bounded import Bounds, Broken, Workbench
from services.chassis.tables import sheets
from services.chassis.tables.rows import BadFile, BadRow, Table, TableRow

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


class Glance(BaseModel):
    """The first rows of a table, and how many there are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: list[tuple[int, list[str]]]
    count: int


UNREADABLE = orjson.dumps({"refused": "table-unreadable", "kind": ""})
"""What stands for the answer of a child that gave none."""

ANSWER: TypeAdapter[_Refused | _Rows] = TypeAdapter(_Refused | _Rows)
GLANCE: TypeAdapter[_Refused | Glance] = TypeAdapter(_Refused | Glance)
PORTION: TypeAdapter[_Refused | list[tuple[int, list[str] | None]]] = TypeAdapter(
    _Refused | list[tuple[int, list[str] | None]]
)


class TableReader:
    """Reads tables, each in a process that a bad file may end."""

    def __init__(self) -> None:
        self._tables = Workbench(sheets.read, BOUNDS, AT_ONCE, WAITING)
        self._glances = Workbench(sheets.glance, BOUNDS, AT_ONCE, WAITING)
        self._portions = Workbench(sheets.pick, BOUNDS, AT_ONCE, WAITING)

    async def rows(self, content: bytes) -> bytes:
        """The rows of a file, or why there are none, to be kept and given to `table_of`. Raises Unavailable
        if too many wait."""
        return await _done(self._tables, content)

    async def table(self, content: bytes) -> Table:
        """The table of a file. Raises Unavailable if too many wait, BadFile if it cannot be read."""
        return await asyncio.to_thread(table_of, await self.rows(content))

    async def glance(self, content: bytes) -> Glance:
        """The first rows of a table that may be large. Raises Unavailable, BadFile if it cannot be read."""
        try:
            answer = GLANCE.validate_json(await _done(self._glances, content))
        except ValidationError:
            answer = _Refused(refused="table-unreadable", kind="")
        if isinstance(answer, _Refused):
            raise _bad(answer)
        return answer

    async def portions(self, content: bytes, columns: Sequence[int]) -> list[bytes]:
        """The rows of a table that may be large, some columns of it: portion by portion, each to be given to
        `portion_of`. Raises Unavailable."""
        asked = orjson.dumps(list(columns)) + b"\n" + content
        return (await _done(self._portions, asked)).split(b"\n")


def table_of(rows: bytes) -> Table:
    """The table whose rows were read. Raises BadFile if they could not be."""
    try:
        answer = ANSWER.validate_json(rows)
    except ValidationError:
        answer = _Refused(refused="table-unreadable", kind="")
    if isinstance(answer, _Refused):
        raise _bad(answer)
    return Table(tuple(TableRow(nth, tuple(cells)) for nth, cells in answer.rows), tuple(answer.unclosed))


def portion_of(portion: bytes) -> Iterator[TableRow | BadRow]:
    """The rows of a portion, each with the cells of the columns that were asked for. Raises BadFile if they
    could not be read."""
    try:
        answer = PORTION.validate_json(portion)
    except ValidationError:
        answer = _Refused(refused="table-unreadable", kind="")
    if isinstance(answer, _Refused):
        raise _bad(answer)
    for number, cells in answer:
        if cells is None:
            yield BadRow(number, Invalid("row-quotes"))
        else:
            yield TableRow(number, tuple(cells))


async def _done(bench: Workbench, content: bytes) -> bytes:
    try:
        return await bench.done(content)
    except (Broken, TimeoutError):
        return UNREADABLE


def _bad(answer: _Refused) -> BadFile:
    return BadFile(BadRow(1, Invalid(answer.refused, kind=answer.kind)))
