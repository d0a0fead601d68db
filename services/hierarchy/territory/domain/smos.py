"""Which council of municipal formations (СМО) each municipality belongs to, from a YAML list."""

from collections.abc import Collection, Mapping
from itertools import count
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from contracts.event import MunicipalityCode, Slug
from services.chassis import text
from services.chassis.errors import Invalid
from services.chassis.tables.rows import BadFile, BadRow
from services.hierarchy.core.domain import marked
from services.hierarchy.core.domain.marked import Document

ALL = "all"


def _all_as_none(value: Any) -> Any:
    return None if value == ALL else value


Codes = Annotated[tuple[MunicipalityCode, ...], Field(min_length=1)]


class Entry(BaseModel):
    """An SMO and the municipalities it was given by name; None means every one of the region."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    name: text.OneLine
    municipalities: Annotated[Codes | None, BeforeValidator(_all_as_none)]


LONGEST_NAME = 300


def check_smo_name(given: str) -> str:
    """An SMO's name as it is stored. Raises Invalid."""
    return text.check_length(text.one_line(given), LONGEST_NAME, "smo-name", "smo-name", field="name")


def next_id(known: Collection[str]) -> str:
    """An id that no SMO has."""
    return next(id_ for n in count(1) if (id_ := f"smo-{n}") not in known)


ENTRIES = TypeAdapter(list[Entry])


def parse(document: Document, parents: Mapping[str, str | None]) -> tuple[dict[str, Entry], dict[str, str]]:
    """The SMOs by id, and the SMO of every municipality that has one.

    `parents` gives the district (or None) of every known municipality. A settlement goes with its
    district unless it is named itself. Raises BadFile with everything wrong.
    """
    entries, lines = marked.read(document, ENTRIES), document.lines
    bad: list[BadRow] = []
    named: dict[str, str] = {}
    for nth, entry in enumerate(entries):
        if any(entry.id == other.id for other in entries[:nth]):
            bad.append(BadRow(lines.of((nth, "id")), Invalid("row-smo-twice", id=entry.id)))
        for place, code in enumerate(entry.municipalities or parents):
            if problem := _problem(code, parents, named):
                bad.append(BadRow(lines.of((nth, "municipalities", place)), problem))
                continue
            named[code] = entry.id
    if bad:
        raise BadFile(*bad)
    return {entry.id: entry for entry in entries}, _with_settlements(named, parents)


def _problem(code: str, parents: Mapping[str, str | None], named: Mapping[str, str]) -> Invalid | None:
    if code not in parents:
        return Invalid("row-municipality", code=code)
    if code in named:
        return Invalid("row-smo-taken", code=code, smo=named[code])
    return None


def _with_settlements(named: Mapping[str, str], parents: Mapping[str, str | None]) -> dict[str, str]:
    smos = dict(named)
    for code, parent in parents.items():
        if code not in named and parent is not None and parent in named:
            smos[code] = named[parent]
    return smos
