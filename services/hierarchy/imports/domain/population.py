"""Population and audience (headcount of the budget sphere) of municipalities, from a table."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from services.chassis.errors import Invalid
from services.chassis.tables.cells import whole_number
from services.chassis.tables.rows import BadFile, BadRow, Column, Table, TableRow, read_table
from services.directory.codes import code_of

COLUMNS = (
    Column("code", "Код ОКТМО"),
    Column("population", "Население"),
    Column("audience", "Аудитория"),
)


@dataclass(frozen=True, slots=True)
class People:
    """How many people a municipality has; None where the table leaves the cell empty."""

    population: int | None
    audience: int | None


def parse(table: Table, known: Collection[str]) -> dict[str, People]:
    """People by municipality code. `known` are the codes of the municipalities there are.

    Raises BadFile with every bad row.
    """
    lines, bad = read_table(table, COLUMNS)
    people: dict[str, People] = {}
    for line in lines:
        code = code_of(line.cells[0])
        bad += [BadRow(line.number, problem) for problem in _problems(line, code, known, people)]
        people.setdefault(code, People(*(whole_number(cell) for cell in line.cells[1:])))
    if bad:
        raise BadFile(*bad)
    return people


def _problems(line: TableRow, code: str, known: Collection[str], seen: Collection[str]) -> Iterator[Invalid]:
    if code not in known:
        yield Invalid("row-municipality", code=line.cells[0] or "–")
    if code in seen:
        yield Invalid("row-municipality-twice", code=code)
    for column, cell in zip(COLUMNS[1:], line.cells[1:], strict=True):
        if cell and whole_number(cell) is None:
            yield Invalid("row-number", column=column.title, cell=cell)
    population, audience = (whole_number(cell) for cell in line.cells[1:])
    if population is not None and audience is not None and audience > population:
        yield Invalid("row-audience", audience=audience, population=population)
