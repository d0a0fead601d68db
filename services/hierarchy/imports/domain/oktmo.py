"""Rosstat's classifier of municipal territories (ОКТМО) as it is published.

Four columns without a header: code, check digit, name, administrative centre. The eight digits are
RR TDD SSS: region, unit of the upper tier, settlement (`000` is the unit itself).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from contracts.structure import MunicipalityKind as Kind
from services.chassis.errors import Invalid, Refused
from services.chassis.tables.rows import BadFile, BadRow, Table, TableRow, wrong_width
from services.hierarchy.core.domain.names import full_name, in_one_alphabet

COLUMNS = 4
CODE, SHORT = re.compile("[0-9]{8}"), re.compile("[0-9]{7}")
NOT_MUNICIPAL: Final = "not municipal"
"""What lies between settlements (межселенная территория) has a code and no Head."""

Said = Kind | Literal["not municipal"]
"""What a heading or a code says about a row."""

HEADINGS: tuple[tuple[str, Said | None], ...] = (
    ("муниципальные образования", None),
    ("муниципальные районы", Kind.MUNICIPAL_DISTRICT),
    ("муниципальные округа", Kind.MUNICIPAL_OKRUG),
    ("городские округа", Kind.URBAN_OKRUG),
    ("внутригородские", Kind.INNER_CITY),
    ("городские поселения", Kind.URBAN_SETTLEMENT),
    ("сельские поселения", Kind.RURAL_SETTLEMENT),
    ("межселенные территории", NOT_MUNICIPAL),
)
UNIT_KINDS: dict[str, Said] = {
    "3": Kind.INNER_CITY,
    "5": Kind.MUNICIPAL_OKRUG,
    "6": Kind.MUNICIPAL_DISTRICT,
    "7": Kind.URBAN_OKRUG,
}
SETTLEMENT_KINDS: dict[str, Said] = {
    "1": Kind.URBAN_SETTLEMENT,
    "3": Kind.INNER_CITY,
    "4": Kind.RURAL_SETTLEMENT,
    "7": NOT_MUNICIPAL,
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A municipality of the classifier: full name, kind, and the district of a settlement."""

    code: str
    name: str
    kind: Kind
    parent: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the wanted region, its code without spaces."""

    line: int
    code: str
    name: str

    @property
    def unit(self) -> str:
        """Code of the upper tier's unit that the row is or belongs to."""
        return self.code[:5] + "000"

    @property
    def is_unit(self) -> bool:
        """Whether the code names something of the upper tier."""
        return self.code.endswith("000")

    @property
    def is_group(self) -> bool:
        """Whether the code is one that only headings carry."""
        return self.code[3:] == "00000" or (not self.is_unit and self.code.endswith("00"))

    @property
    def is_heading(self) -> bool:
        """Whether the name is a heading's: it ends in a slash or begins with a known plural."""
        return self.name.endswith("/") or self.is_known_heading

    @property
    def is_known_heading(self) -> bool:
        """Whether the name begins with a plural that we can read."""
        return _plain(self.name).startswith(tuple(words for words, _ in HEADINGS))


@dataclass(slots=True)
class Reading:
    """What has been met so far: everything bad, and the headings above the present row."""

    bad: list[BadRow]
    tier: Row | None = None
    group: Row | None = None


def check_region(given: str) -> str:
    """A region's two digits. Raises Invalid."""
    if not re.fullmatch("[0-9]{2}", given):
        raise Invalid("import-region", field="of")
    return given


def check_digit(code: str) -> int:
    """The classifier's own control number: weights 1..10, modulo 11; at 10 shifted by 2; then 0."""
    for shift in (0, 2):
        weighed = sum(((i + shift) % 10 + 1) * int(d) for i, d in enumerate(code)) % 11
        if weighed < 10:
            return weighed
    return 0


def parse(table: Table, region: str) -> tuple[Unit, ...]:
    """Every municipality of one region (two digits), in the order of the file.

    Raises BadFile with all bad rows of the region, and all rows whose region is unknown.
    """
    lines, reading = [_padded(line) for line in table.lines], Reading(table.bad)
    rows = list(_rows_of(region, lines, reading))
    kinds = {row: kind for row in rows if (kind := _kind_of(row, reading))}
    _find_repeats(rows, reading)
    _find_orphans(rows, kinds, reading)
    if not reading.bad and not kinds:
        reading.bad.append(BadRow(1, _nothing_found(region, lines)))
    if reading.bad:
        raise BadFile(*reading.bad)
    return tuple(_unit(row, kind) for row, kind in kinds.items() if isinstance(kind, Kind))


def _padded(line: TableRow) -> TableRow:
    """A spreadsheet leaves out the cells at the end that are empty."""
    return TableRow(line.number, line.cells + ("",) * (COLUMNS - len(line.cells)))


def _code(line: TableRow) -> str:
    """A row's code; its first zero, which a spreadsheet takes off, is put back where the control digit proves
    it."""
    code = line.cells[0].replace(" ", "")
    if SHORT.fullmatch(code) and line.cells[1] == str(check_digit(f"0{code}")):
        return f"0{code}"
    return code


def _unit(row: Row, kind: Kind) -> Unit:
    parent = None if row.is_unit else row.unit
    return Unit(row.code, full_name(kind, row.name), kind, parent)


def _rows_of(region: str, lines: list[TableRow], reading: Reading) -> Iterator[Row]:
    for line in lines:
        code = _code(line)
        if _is_note(line) or _is_elsewhere(code, region):
            continue
        problems = _problems(code, line)
        reading.bad += [BadRow(line.number, problem) for problem in problems]
        if CODE.fullmatch(code):
            yield Row(line.number, code, in_one_alphabet(_name(line.cells[2])))


def _is_note(line: TableRow) -> bool:
    """Whether a row only explains the one above («Пояснение: входит в состав …») without code or name."""
    return len(line.cells) == COLUMNS and not any(line.cells[:3])


def _is_elsewhere(code: str, region: str) -> bool:
    """Whether a code is surely one of another region: one of seven digits may have lost its first zero."""
    return code[:2].isdigit() and not code.startswith(region) and not SHORT.fullmatch(code)


def _problems(code: str, line: TableRow) -> Iterator[Refused]:
    if len(line.cells) > COLUMNS:
        yield wrong_width(COLUMNS, len(line.cells))
    yield from (row.why for row in line.errors(range(COLUMNS)))
    if SHORT.fullmatch(code):
        yield Invalid("row-code-short", code=code, right=f"0{code}", digit=check_digit(f"0{code}"))
    elif not CODE.fullmatch(code):
        yield Invalid("row-code", cell=line.cells[0])
    elif line.cells[1] != str(check_digit(code)):
        yield Invalid("row-check-digit", code=code, right=check_digit(code), found=line.cells[1])
    if not _name(line.cells[2]):
        yield Invalid("row-empty", column="Название")


def _kind_of(row: Row, reading: Reading) -> Said | None:
    """The kind of a municipality; None for a heading, and for a row that is reported."""
    if row.is_heading or row.is_group:
        _enter(row, reading)
        return None
    if row.is_unit:
        reading.group = None
        return _agreed(row, reading.tier, UNIT_KINDS.get(row.code[2]), reading)
    if reading.group and reading.group.unit != row.unit:
        reading.bad.append(BadRow(row.line, Invalid("row-stray", code=row.code, heading=reading.group.name)))
        return None
    return _agreed(row, reading.group, SETTLEMENT_KINDS.get(row.code[5]), reading)


def _enter(row: Row, reading: Reading) -> None:
    if not row.is_known_heading:
        reading.bad.append(BadRow(row.line, Invalid("row-heading", name=row.name)))
    if row.is_unit:
        reading.tier, reading.group = row, None
    else:
        reading.group = row


def _agreed(row: Row, heading: Row | None, coded: Said | None, reading: Reading) -> Said | None:
    said = heading and _said_by(heading)
    if coded and said and coded != said:
        reading.bad.append(BadRow(row.line, Invalid("row-kinds-differ", code=row.code)))
    elif not coded and not said:
        reading.bad.append(BadRow(row.line, Invalid("row-kind-unknown", code=row.code)))
    return said or coded


def _said_by(heading: Row) -> Said | None:
    name = _plain(heading.name)
    return next((kind for words, kind in HEADINGS if name.startswith(words)), None)


def _name(cell: str) -> str:
    return cell.removeprefix("-").strip()


def _plain(name: str) -> str:
    return name.lower().replace("ё", "е")


def _find_repeats(rows: list[Row], reading: Reading) -> None:
    first: dict[str, int] = {}
    for row in rows:
        line = first.setdefault(row.code, row.line)
        if line != row.line:
            reading.bad.append(BadRow(row.line, Invalid("row-code-twice", code=row.code, line=line)))


def _find_orphans(rows: list[Row], kinds: dict[Row, Said], reading: Reading) -> None:
    present = {row.code: kinds.get(row) for row in rows}
    for row, kind in kinds.items():
        if row.is_unit:
            continue
        wanted = Kind.URBAN_OKRUG if kind is Kind.INNER_CITY else Kind.MUNICIPAL_DISTRICT
        if row.unit not in present:
            reading.bad.append(BadRow(row.line, Invalid("row-orphan", code=row.code, district=row.unit)))
        elif present[row.unit] not in (wanted, None):
            reading.bad.append(BadRow(row.line, Invalid("row-not-two-tier", code=row.code, unit=row.unit)))


def _nothing_found(region: str, lines: list[TableRow]) -> Invalid:
    held = sorted({code[:2] for line in lines if (code := _code(line))[:2].isdigit()})
    return Invalid("row-region", region=region, held=", ".join(held) or "–")
