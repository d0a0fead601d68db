"""The annex of an act: a list of people, pasted from a letter or a table, or uploaded."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.appointments import Role
from services.chassis.errors import Invalid, Refused
from services.chassis.tables.cells import is_error, likeness, one_line
from services.chassis.tables.rows import Table
from services.hierarchy.core.domain.roles import CATEGORIES, TITLES, Category

LONGEST = 2000
"""Rows of an annex: a Head and a responsible person for every municipality of the largest region."""

OTHER_WORDS: Mapping[Role, Sequence[str]] = {
    Role.ADMINISTRATOR: ("администратор", "админ", "админ региона", "адм региона"),
    Role.SMO_OPERATOR: ("оп смо",),
    Role.HEAD: ("глава мо", "глава муниципального образования", "глава района"),
    Role.RESPONSIBLE: (
        *("ответственный", "ответств", "отв", "ответственное лицо", "отв лицо", "отв за реализацию"),
        *("отв за реализацию проекта", "отв за проект", "ответственный за проект"),
        "ответственный за реализацию",
    ),
    Role.CLERK: ("доверенное лицо", "довер лицо", "дов лицо", "доверенный"),
    Role.DEPUTY: (
        *("заместитель", "зам", "замглавы", "зам главы", "зам гл"),
        *("зам главы администрации", "заместитель главы администрации"),
    ),
    Role.LEADER: (
        "руководитель",
        "рук",
        "руководитель группы",
        "рук группы",
        "рук рабочей группы",
        "рук раб группы",
        "рук рг",
    ),
    Role.MEMBER: ("член группы", "член раб группы", "член рг", "участник рабочей группы", "участник рг"),
    Role.COORDINATOR: (
        *("коорд", "координ", "ответственный координатор", "отв координатор", "отв коорд"),
        "координатор организации",
    ),
    Role.STAND_IN: (
        *("замещающий", "замещающий координатор", "замещ координатора", "замещ", "зам координатора"),
        "заместитель координатора",
    ),
    Role.HOTLINE_OPERATOR: ("оператор гл", "оператор линии", "оператор гор линии"),
}
"""What roles are called besides their titles. Points, hyphens and doubled spaces do not count."""

SEPARATORS = re.compile(r"[\s.\-–—]+")

HEADS = (
    ("роль",),
    ("имя", "фио", "ф.и.о.", "ф. и. о.", "фамилия, имя, отчество", "кто", "name"),
    ("адрес", "адрес электронной почты", "электронная почта", "почта", "email", "e-mail"),
    ("код октмо", "октмо", "код", "где", "муниципальное образование", "организация", "группа"),
    ("телефон", "тел", "тел.", "номер телефона", "phone"),
)
"""Of each part of a row, what stands above it in a table."""

NAMED_ALONE = 4
"""The telephone is no part of most tables: it is found by its name, never as the next column that is left."""

OTHER_CATEGORIES: Mapping[Category, Sequence[str]] = {
    Category.SERVANT: ("служащий", "мун служащий", "муниципальный служащий", "муниципальная служащая"),
    Category.MANAGER: ("руководитель", "руководитель организации", "рук организации", "директор"),
    Category.REPRESENTATIVE: ("депутат представительного органа", "депутат совета", "депутат думы"),
}
"""What the kinds of members are called besides their titles."""

MEMBER = re.compile(r"(?P<role>[^,(]+)[,(](?P<category>[^,()]+)\)?")
"""A member with the kind beside: «член рабочей группы, депутат», «член группы (служащий)»."""

ROLE = likeness(HEADS[0][0])
OTHERS = re.compile(r"|№.*|n|no\.?|п/п|номер.*|примечани[ея]|комментари[йи]|должность", re.IGNORECASE)
"""What stands above columns that are no part of a row."""

NUMBER = re.compile(r"\d{1,5}[.)]?")
LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Row:
    """A person of an annex, on which line of it; `of` is empty where one's own municipality is meant.

    `role`: None if `word`, which stands for it, is no role; `phone` and `category` may be empty.
    """

    line: int
    role: Role | None
    of: str
    name: str
    email: str
    word: str
    phone: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A row of an annex that cannot be read, as it was typed, and why."""

    line: int
    cells: Sequence[str]
    why: Refused


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of an annex, and those that cannot be read."""

    rows: Sequence[Row]
    unread: Sequence[Unread] = ()


class AnnexRefused(Refused):
    """Some rows of an annex cannot be read or carried out, so none was: the refusal of each by its number."""

    def __init__(self, rows: dict[int, Refused], total: int) -> None:
        super().__init__("annex-refused", bad=len(rows), total=total)
        self.rows |= rows


def read(text: str) -> Read:
    """The rows `role; name; address`, with `; code` and `; telephone` behind, parted by semicolons or tabs,
    and every row that is none. Raises Invalid for an empty or over-long annex."""
    lines = list(_ordered(_cells(text)))
    if not lines or len(lines) > LONGEST:
        raise Invalid("annex-empty", field="annex", limit=LONGEST)
    rows, unread = list[Row](), list[Unread]()
    for nth, cells in lines:
        try:
            rows.append(_row(nth, cells))
        except Refused as refusal:
            unread.append(Unread(nth, cells, refusal))
    return Read(rows, unread)


def role_of(word: str) -> Role | None:
    """The role that is called so, in any case and in letters that look so, also shortened."""
    return WORDS.get(_plain(word))


def written(table: Table) -> str:
    """A table as it would be pasted, without its head. Raises Invalid if a row of it cannot be read."""
    if table.bad:
        raise table.bad[0].why
    lines = ((line.number, line.cells) for line in table.lines)
    return "\n".join("; ".join(cell.replace(";", ",") for cell in cells) for _, cells in _ordered(lines))


def proposed(role: Role, places: Sequence[str]) -> str:
    """Rows to be filled in: one for each place (by name, code or id) that lacks a holder."""
    return "\n".join(f"{TITLES[role]}; ; ; {place}" for place in places)


def _cells(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    for nth, line in enumerate(LINE_END.split(text), 1):
        cells = [one_line(cell) for cell in line.replace("\t", ";").split(";")]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield nth, tuple(cells)


def _ordered(lines: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows without heads and numbers, in the order of our parts: a head says in which order those below
    it are."""
    order: list[int | None] | None = None
    width = 0
    for nth, cells in lines:
        if ROLE in map(likeness, cells):
            order, width = _order(cells), len(cells)
        elif order is None:
            yield nth, _unnumbered(cells)
        else:
            row, stray = (
                [cells[at] if at is not None and at < len(cells) else "" for at in order],
                list(cells[width:]),
            )
            yield nth, row + stray if stray else _trimmed(row)


def _order(head: Sequence[str]) -> list[int | None]:
    """Where our parts stand under a head. A part whose name we do not know is the next that is left."""
    known = [likeness(cell) for cell in head]
    at = {part: known.index(name) for part, names in enumerate(HEADS) for name in _likenesses(names, known)}
    left = iter(n for n, cell in enumerate(head) if n not in at.values() and not OTHERS.fullmatch(cell))
    return [
        at[part] if part in at else next(left, None) if part < NAMED_ALONE else None
        for part in range(len(HEADS))
    ]


def _likenesses(names: Sequence[str], known: Sequence[str]) -> list[str]:
    return [likeness(name) for name in names if likeness(name) in known][:1]


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _unnumbered(cells: Sequence[str]) -> Sequence[str]:
    numbered = len(cells) > 1 and NUMBER.fullmatch(cells[0]) and _called(cells[1])[0]
    return cells[1:] if numbered else cells


def _row(nth: int, cells: Sequence[str]) -> Row:
    if len(cells) not in (3, 4, 5):
        raise Invalid("annex-row", count=len(cells))
    if error := next(filter(is_error, cells), None):
        raise Invalid("annex-error", error=error)
    word, name, email, of, phone = [*cells, "", ""][:5]
    role, category = _called(word)
    return Row(nth, role, of, name, email, word, phone, category)


def _called(word: str) -> tuple[Role | None, str]:
    """The role that is called so, and the kind of a member, if it stands beside."""
    found = MEMBER.fullmatch(word)
    category = CATEGORY_WORDS.get(_plain(found["category"])) if found else None
    if found and category and role_of(found["role"]) is Role.MEMBER:
        return Role.MEMBER, category.value
    return role_of(word), ""


def _plain(word: str) -> str:
    return SEPARATORS.sub(" ", likeness(word)).strip()


WORDS = {_plain(word): role for role, title in TITLES.items() for word in (title, *OTHER_WORDS.get(role, ()))}
"""What a role may be called, as `_plain` makes it."""

CATEGORY_WORDS = {
    _plain(word): category
    for category, title in CATEGORIES.items()
    for word in (title, *OTHER_CATEGORIES[category])
}
"""What a kind of members may be called, as `_plain` makes it."""
