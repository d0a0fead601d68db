"""Population and audience (headcount of the budget sphere) of municipalities, from a table."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from services.hierarchy.domain.rows import BadFile, BadRow, Line, read_table, whole_number

HEADER = ("code", "population", "audience")


@dataclass(frozen=True, slots=True)
class People:
    """How many people a municipality has; None where the table leaves the cell empty."""

    population: int | None
    audience: int | None


def parse(content: bytes, known: Collection[str]) -> dict[str, People]:
    """People by municipality code. `known` are the codes of the municipalities there are.

    Raises BadFile with every bad row.
    """
    lines, bad = read_table(content, HEADER)
    people: dict[str, People] = {}
    for line in lines:
        code = line.cells[0].replace(" ", "")
        bad += [BadRow(line.number, problem) for problem in _problems(line, code, known, people)]
        people.setdefault(code, People(*(whole_number(cell) for cell in line.cells[1:])))
    if bad:
        raise BadFile(*bad)
    return people


def _problems(line: Line, code: str, known: Collection[str], seen: Collection[str]) -> Iterator[str]:
    if code not in known:
        yield f"There is no municipality {code}."
    if code in seen:
        yield f"The municipality {code} is in the file twice."
    for name, cell in zip(HEADER[1:], line.cells[1:], strict=True):
        if cell and whole_number(cell) is None:
            yield f"The {name} «{cell}» is not a whole number."
    population, audience = (whole_number(cell) for cell in line.cells[1:])
    if population is not None and audience is not None and audience > population:
        yield f"The audience {audience} is larger than the population {population}."
