"""How a grid is shown: what is typed in its rows, what is wrong, and who might be registered already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from contracts.structure import Term
from services.chassis.web.forms import Form, Option, uuid_of
from services.intake.staff_meetings.domain.grid import FIELDS, GridRow

BLANK = 5
"""Rows that stand ready to be filled in."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody of a row who may be registered already: as the sheet names them, and as who."""

    nth: int
    name: str
    participant: UUID


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the grid as the page shows it: which one it is, and what is wrong by its columns."""

    row: GridRow
    nth: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)
    alike: Sequence[Likeness] = ()


def typed_rows(form: Form) -> list[GridRow]:
    """The rows of a form, in its order: a field is named after its column and its row's key."""
    rows: dict[UUID, dict[str, Any]] = {}
    for name, value in form.values.items():
        column, _, key = name.partition("-")
        if column in FIELDS and (id_ := uuid_of(key)):
            rows.setdefault(id_, {})[column] = value
    return [GridRow(key, **typed) for key, typed in rows.items()]


def options(terms: Sequence[Term]) -> list[Option]:
    """What a list of the grid offers, with the numbers by which its items are chosen."""
    return [Option(term.code, f"{term.name} · {nth}") for nth, term in enumerate(terms, 1)]


def as_typed(rows: Sequence[GridRow], typed: Sequence[GridRow]) -> list[GridRow]:
    """Rows that are kept, with what is typed in them now, and typed ones that could not be kept."""
    by_key = {row.key: row for row in typed if not row.is_blank}
    kept = [_retyped(row, by_key.pop(row.key, row)) for row in rows]
    return [*kept, *by_key.values()]


def _retyped(row: GridRow, typed: GridRow) -> GridRow:
    return replace(row, **{name: getattr(typed, name) for name in FIELDS})
