"""Which column of the platform's table is what: named once, and kept for the next time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.chassis.errors import Checks, Invalid
from services.chassis.tables.cells import likeness

NOWHERE = 1 << 20
"""The place of a column that a table does not have."""

HEAD_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Field:
    """What a column may hold: its name for programs and for people, how platforms head it, whether it must
    be there."""

    name: str
    title: str
    headed: tuple[str, ...]
    required: bool = False


FIELDS = (
    Field("number", "Номер на федеральной платформе", ("номер", "номер инициативы", "id", "код"), True),
    Field("municipality", "Муниципальное образование", ("муниципалитет", "октмо", "код октмо", "мо"), True),
    Field("dated", "Дата", ("дата", "дата подачи", "дата регистрации", "дата создания")),
    Field("status", "Статус", ("статус", "состояние", "стадия")),
    Field("title", "Название", ("название", "наименование", "название инициативы", "тема")),
    Field("own", "Наш номер", ("наш номер", "внутренний номер", "номер в регионе")),
)
"""In the order in which a row's cells are read."""

Columns = Mapping[str, str]
"""Field → the head of its column."""


@dataclass(frozen=True, slots=True)
class Template:
    """Which column of the platform's tables is what, and whether they name a municipality by its code."""

    columns: Columns
    codes: bool


def template(columns: Columns, first: Sequence[tuple[int, Sequence[str]]]) -> Template:
    """What is kept of a table with these first rows."""
    head, *rows = [cells for _, cells in first]
    place = place_of(columns["municipality"], head)
    said = [cells[place] for cells in rows if place < len(cells) and cells[place]]
    return Template(columns, codes=all(cell.replace(" ", "").isdigit() for cell in said))


def check(given: Mapping[str, str], head: Sequence[str]) -> dict[str, str]:
    """The columns of a table with this first row, as they are kept. Raises Invalid for what must be there and
    is not, for a column that the table does not have, and for one that is named twice."""
    checks, columns = Checks(), dict[str, str]()
    for field in FIELDS:
        name = given.get(field.name, "").strip()[:HEAD_LONGEST]
        if not name:
            if field.required:
                checks.note(Invalid("federal-column-missing", field=field.name, name=field.title))
        elif place_of(name, head) == NOWHERE:
            checks.note(Invalid("federal-column-unknown", field=field.name, name=name))
        elif place_of(name, head) in {place_of(other, head) for other in columns.values()}:
            checks.note(Invalid("federal-column-twice", field=field.name, name=name))
        else:
            columns[field.name] = name
    checks.settle()
    return columns


def places(columns: Columns, head: Sequence[str]) -> list[int]:
    """Where the columns are in a table, in the order of the fields."""
    return [place_of(columns.get(field.name, ""), head) for field in FIELDS]


def place_of(name: str, head: Sequence[str]) -> int:
    """Where the first column is that is headed so, in letters that look so."""
    wanted = likeness(name)
    found = (nth for nth, cell in enumerate(head) if wanted and likeness(cell) == wanted)
    return next(found, NOWHERE)


def offered(kept: Columns, head: Sequence[str]) -> dict[str, str]:
    """What is offered for a table: the columns as they were named before, else as platforms head them."""
    found = dict[str, str]()
    for field in FIELDS:
        for name in (kept.get(field.name, ""), field.title, *field.headed):
            place = place_of(name, head)
            if place != NOWHERE and head[place] not in found.values():
                found[field.name] = head[place]
                break
    return found


def choices(head: Sequence[str]) -> list[str]:
    """The columns that can be named: those with a head, each head once."""
    return list({likeness(cell): cell for cell in reversed(head) if cell}.values())[::-1]
