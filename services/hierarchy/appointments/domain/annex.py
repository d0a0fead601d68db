"""The annex of an act: a list of people as somebody pastes it from a letter or a table, or brings it."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.appointments import Role
from services.chassis.errors import Invalid, Refused
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.domain.rows import BadFile, split

LONGEST = 2000
"""Rows of an annex: a Head and a responsible person for every municipality of the largest region."""

WORDS = {title.casefold(): role for role, title in TITLES.items()} | {
    "ответственный": Role.RESPONSIBLE,
    "доверенное лицо": Role.CLERK,
    "заместитель": Role.DEPUTY,
    "администратор": Role.ADMINISTRATOR,
}
"""What a role may be called, in any case."""


@dataclass(frozen=True, slots=True)
class Row:
    """A person of an annex, on which line of it; `of` is empty where one's own municipality is meant."""

    line: int
    role: Role
    of: str
    name: str
    email: str


class AnnexRefused(Refused):
    """Some rows of an annex cannot be read or carried out, so none was: the refusal of each by its number."""

    def __init__(self, rows: dict[int, Refused], total: int) -> None:
        super().__init__("annex-refused", bad=len(rows), total=total)
        self.rows |= rows


def parse(text: str) -> list[Row]:
    """The rows `role; name; address` or `role; name; address; code`, parted by semicolons or tabs.

    Raises Invalid for an empty or over-long annex, AnnexRefused with every row that cannot be read.
    """
    lines = [(nth, line) for nth, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines or len(lines) > LONGEST:
        raise Invalid("annex-empty", most=LONGEST)
    rows, bad = [], dict[int, Refused]()
    for nth, line in lines:
        try:
            rows.append(_row(nth, line))
        except Refused as refusal:
            bad[nth] = refusal
    if bad:
        raise AnnexRefused(bad, len(lines))
    return rows


def written(content: bytes) -> str:
    """A table (CSV, XLSX, XLS, ODS) as it would be pasted, without a head. Raises Invalid if it is none."""
    try:
        lines, bad = split(content)
    except BadFile as error:
        raise error.rows[0].why from error
    if bad:
        raise bad[0].why
    rows = [line.cells for line in lines if line.cells[0].casefold() != "роль"]
    return "\n".join("; ".join(cell.replace(";", ",") for cell in cells) for cells in rows)


def proposed(role: Role, places: Sequence[str]) -> str:
    """Rows to be filled in: one for each place (by name, code or id) that lacks somebody."""
    return "\n".join(f"{TITLES[role]}; ; ; {place}" for place in places)


def _row(nth: int, line: str) -> Row:
    cells = [cell.strip() for cell in line.replace("\t", ";").rstrip(";").split(";")]
    if len(cells) not in (3, 4):
        raise Invalid("annex-row", count=len(cells))
    role = WORDS.get(cells[0].casefold())
    if role is None:
        raise Invalid("role-unknown")
    return Row(nth, role, cells[3] if len(cells) == 4 else "", cells[1], cells[2])
