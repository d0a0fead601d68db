"""The sign-in sheet of a staff meeting: lines that are typed, and tables. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.structure import Term
from services.chassis.errors import Invalid, Refused
from services.chassis.mail.addresses import normalise_email
from services.chassis.tables.cells import likeness
from services.chassis.tables.rows import TableRow
from services.chassis.text import one_line
from services.intake.participants.domain import CONSENT_NUMBER_LONGEST, check_name
from services.intake.staff_meetings.domain.terms import choice_of, folded

PEOPLE_MOST = 500
LARGEST_TABLE = 1_000_000

HEADS = {
    "name": ("Фамилия Имя Отчество", "Фамилия, имя, отчество", "ФИО", "Ф.И.О.", "Участник"),
    "family": ("Фамилия",),
    "given": ("Имя",),
    "fathers": ("Отчество",),
    "email": ("Эл. почта", "Электронная почта", "Почта", "E-mail", "Email", "Адрес электронной почты"),
    "position": ("Должность", "Характер инициатора", "Кто это"),
    "consent": ("Номер согласия", "№ согласия", "Согласие"),
}
"""What a column may be called, in letters that look so."""

NAME_PARTS = ("family", "given", "fathers")
BY_PLACE = ("name", "email", "position", "consent")
APART = re.compile(r"[;\t]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet as it was typed or read."""

    number: int
    name: str
    email: str = ""
    position: str = ""
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was there. `participant`: who they are, once that is known; `another`: not the one who is
    registered under the same name; `erased`: they have withdrawn their consent since;
    `moved`: they are registered in another municipality than the meeting's."""

    nth: int
    name: str
    email: str | None
    position: str
    consent: str | None
    participant: UUID | None = None
    another: bool = False
    erased: bool = False
    moved: bool = False

    @property
    def brief(self) -> str:
        """As they stand in the grid: «3 Иванова М. П.»; whoever is erased by their number."""
        if self.erased:
            return str(self.nth)
        family, *given = self.name.split()
        return " ".join([str(self.nth), family.rstrip(","), *(f"{word[0]}." for word in given)])

    @property
    def same(self) -> tuple[str, str | None]:
        """The same for the same person, however their name is written."""
        return folded(self.name), self.email


def typed_lines(text: str) -> list[Line]:
    """People as they are typed, one a line: a name, and after semicolons (or pasted columns) the rest."""
    lines = ((nth, _cells(one_line(line))) for nth, line in _lines(text))
    return [_line(nth, cells) for nth, cells in lines if any(cells)]


def table_lines(rows: Sequence[TableRow]) -> list[Line]:
    """People of a table: by the names of its columns, or without them by the order of its columns."""
    if not rows:
        return []
    places = _columns(rows[0].cells)
    if not places:
        return [_line(row.number, list(row.cells)) for row in rows]
    return [_named(row, places) for row in rows[1:]]


def check_lines(
    lines: Sequence[Line], positions: Sequence[Term], otherwise: str, before: Sequence[Person]
) -> list[Person]:
    """Those who are not on the sheet yet, with their numbers. Raises Invalid, with every bad line."""
    if not lines:
        raise Invalid("sheet-empty", field="people")
    bad: dict[int, Refused] = {}
    known = {person.same for person in before}
    found: list[Person] = []
    nth = max((person.nth for person in before), default=0)
    for line in lines:
        try:
            person = check_person(nth + 1, line, positions, otherwise)
        except Refused as refusal:
            bad[line.number] = refusal
            continue
        if person.same not in known:
            known.add(person.same)
            found.append(person)
            nth += 1
    if bad:
        refused = Invalid("sheet-lines", field="people", bad=len(bad))
        refused.rows = bad
        raise refused
    if len(before) + len(found) > PEOPLE_MOST:
        raise Invalid("sheet-too-long", field="people", limit=PEOPLE_MOST)
    return found


def check_person(nth: int, line: Line, positions: Sequence[Term], otherwise: str) -> Person:
    """One of the sheet. A post that is none of the campaign's list is what is said of all. Raises Invalid."""
    if "@" in line.name:
        raise Invalid("sheet-name-address", field="name")
    name, consent = check_name(line.name), one_line(line.consent)
    if len(consent) > CONSENT_NUMBER_LONGEST:
        limits = {"limit": CONSENT_NUMBER_LONGEST, "length": len(consent)}
        raise Invalid("consent-number-too-long", field="consent", **limits)
    email = normalise_email(line.email) if line.email.strip() else None
    position = choice_of(positions, one_line(line.position)) or otherwise
    if positions and position not in {term.code for term in positions}:
        raise Invalid("sheet-position-missing", field="position")
    return Person(nth, name, email, position, consent or None)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for nth, line in enumerate(text.split("\n"), 1):
        # A tab is a border of columns, which one line of text would make a space.
        yield nth, ";".join(line.split("\t"))


def _cells(line: str) -> list[str]:
    cells = APART.split(line) if APART.search(line) else line.split(",")
    return [cell.strip() for cell in cells]


def _line(number: int, cells: list[str]) -> Line:
    """By their order; the address may be left out."""
    name, *rest = cells
    if rest and rest[0] and "@" not in rest[0]:
        rest.insert(0, "")
    said = dict(zip(BY_PLACE[1:], rest, strict=False))
    return Line(number, name, **said)


def _columns(head: Iterable[str]) -> dict[str, int]:
    """Which column is what; nothing if the first row is no head."""
    found: dict[str, int] = {}
    for place, cell in enumerate(head):
        for what, names in HEADS.items():
            if likeness(cell) in map(likeness, names):
                found.setdefault(what, place)
    return found if "name" in found or "family" in found else {}


def _named(row: TableRow, places: dict[str, int]) -> Line:
    def cell(what: str) -> str:
        place = places.get(what, len(row.cells))
        return row.cells[place] if place < len(row.cells) else ""

    name = cell("name") or " ".join(filter(None, map(cell, NAME_PARTS)))
    return Line(row.number, name, cell("email"), cell("position"), cell("consent"))
