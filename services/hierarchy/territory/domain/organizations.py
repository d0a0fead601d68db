"""The register of organizations of the budget sphere, from a table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.chassis.errors import Invalid
from services.chassis.tables.cells import likeness, whole_number
from services.chassis.tables.rows import BadFile, BadRow, Column, Table, read_table
from services.directory.codes import code_of
from services.directory.russian import search_text
from services.hierarchy.territory.domain.structure import Municipality

NUMBER = Column("external_id", "Номер")
FOUNDER = Column("founder", "Учредитель")
PLACE = Column("place", "Где находится", optional=True)
NAME = Column("name", "Название")
KIND = Column("kind", "Вид")
HEADCOUNT = Column("headcount", "Работников", optional=True)

COLUMNS = (NUMBER, FOUNDER, PLACE, NAME, KIND, HEADCOUNT)
"""Of the whole region's register; that of one founder names no founder."""

LONGEST_NAME = 500
LONGEST_WORD = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the register: `founder` and `place` are municipality codes."""

    external_id: str
    founder: str
    place: str
    name: str
    kind: str
    headcount: int | None

    @property
    def identity(self) -> tuple[str, str]:
        """Founder and the founder's own number: the same from import to import."""
        return self.founder, self.external_id


def alike(external_id: str) -> str:
    """The same for numbers that people take for one: «h3r10-1» and «Н3R10-1»."""
    return likeness(external_id.replace(" ", ""))


class Places:
    """The municipalities as a table names them: by code, or by name where only one has it."""

    def __init__(self, known: Mapping[str, Municipality]) -> None:
        self._known = known
        self._named, self._inside = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for code, municipality in known.items():
            self._named[search_text(municipality.name)].add(code)
            self._inside[code].add(code)
            if municipality.parent:
                self._inside[municipality.parent].add(code)

    def founder(self, cell: str) -> str:
        """The code of a founder. Raises Invalid."""
        if (code := code_of(cell)) in self._known:
            return code
        named = self._called(cell)
        if len(named) > 1:
            raise Invalid("row-municipality-many", name=cell, codes=", ".join(sorted(named)))
        if not named:
            raise Invalid("row-municipality", code=cell or "–")
        return min(named)

    def place(self, cell: str, founder: str) -> str:
        """The code of where an organization stands: at its founder, if nothing is said, or in one of the
        founder's settlements. Raises Invalid."""
        inside = self._inside[founder]
        if not cell or (code := code_of(cell)) in inside:
            return code if cell else founder
        named = self._called(cell) & inside
        if len(named) != 1:
            raise Invalid("row-place", place=cell, founder=self._known[founder].name)
        return min(named)

    def _called(self, cell: str) -> set[str]:
        return self._named.get(search_text(cell), set())


def parse(
    table: Table, known: Mapping[str, Municipality], founder: str | None = None
) -> dict[tuple[str, str], Entry]:
    """Entries by identity: of the whole region, or of one founder whom the table need not name.

    Raises BadFile with every bad row.
    """
    columns = tuple(column for column in COLUMNS if founder is None or column is not FOUNDER)
    lines, bad = read_table(table, columns)
    places = Places(known)
    entries: dict[tuple[str, str], tuple[int, Entry]] = {}
    for line in lines:
        cells = dict(zip(columns, line.cells, strict=True))
        problems = list(_problems(cells))
        try:
            entry = _entry(cells, places, founder)
            first, _ = entries.setdefault(entry.identity, (line.number, entry))
            if first != line.number:
                problems.append(Invalid("row-organization-twice", number=entry.external_id, line=first))
        except Invalid as problem:
            problems.append(problem)
        bad += [BadRow(line.number, problem) for problem in problems]
    if bad:
        raise BadFile(*bad)
    return {identity: entry for identity, (_, entry) in entries.items()}


def _entry(cells: Mapping[Column, str], places: Places, founder: str | None) -> Entry:
    by = founder or places.founder(cells[FOUNDER])
    return Entry(
        external_id=cells[NUMBER],
        founder=by,
        place=places.place(cells.get(PLACE, ""), by),
        name=cells[NAME],
        kind=cells[KIND],
        headcount=whole_number(cells[HEADCOUNT]),
    )


def _problems(cells: Mapping[Column, str]) -> Iterator[Invalid]:
    for column, most in ((NUMBER, LONGEST_WORD), (NAME, LONGEST_NAME), (KIND, LONGEST_WORD)):
        if not cells[column]:
            yield Invalid("row-empty", column=column.title)
        if len(cells[column]) > most:
            yield Invalid("row-long", column=column.title, limit=most)
    if cells[HEADCOUNT] and whole_number(cells[HEADCOUNT]) is None:
        yield Invalid("row-number", column=HEADCOUNT.title, cell=cells[HEADCOUNT])
