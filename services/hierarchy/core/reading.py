"""Files of strangers, read in a bounded process; only text and its places leave it."""

import asyncio
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.chassis.errors import Invalid
from services.chassis.process.bounded import Broken, Workbench
from services.chassis.tables.reading import AT_ONCE, BOUNDS, WAITING, TableReader
from services.chassis.tables.rows import BadFile, BadRow
from services.hierarchy.core.domain import outlines
from services.hierarchy.core.domain.marked import Document, Lines


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


OUTLINE: TypeAdapter[_Fault | _Outline] = TypeAdapter(_Fault | _Outline)


class FileReader(TableReader):
    """Reads tables and documents, each in a process that a bad file may end."""

    def __init__(self) -> None:
        super().__init__()
        self._documents = Workbench(outlines.outline, BOUNDS, AT_ONCE, WAITING)

    async def document(self, content: bytes) -> Document:
        """The YAML document of a file. Raises Unavailable if too many wait, BadFile if it cannot be read."""
        try:
            answer = await self._documents.done(content)
        except (Broken, TimeoutError):
            raise BadFile(BadRow(1, Invalid("table-unreadable"))) from None
        return await asyncio.to_thread(document_of, answer)


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
