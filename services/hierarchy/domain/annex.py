"""The annex of an act: a list of people as somebody pastes it from a letter or a table."""

from dataclasses import dataclass

from contracts.appointments import Role
from services.chassis.errors import Invalid, Refused
from services.hierarchy.domain.appointments import TITLES

LONGEST = 5000
"""Rows of an annex: every Head and responsible person of the largest region, with room to spare."""

WORDS = {title.casefold(): role for role, title in TITLES.items()} | {
    "ответственный": Role.RESPONSIBLE,
    "доверенное лицо": Role.CLERK,
    "заместитель": Role.DEPUTY,
    "администратор": Role.ADMINISTRATOR,
}
"""What a role may be called, in any case."""


@dataclass(frozen=True, slots=True)
class Row:
    """A person of an annex; `of` is empty where the act's own municipality is meant."""

    role: Role
    of: str
    name: str
    email: str


class AnnexRefused(Refused):
    """Some rows of an annex cannot be read or carried out, so none was: the refusal of each by its number."""

    def __init__(self, rows: dict[int, Refused], total: int) -> None:
        super().__init__("annex-refused", bad=len(rows), total=total)
        self.rows = rows


def parse(text: str) -> list[Row]:
    """The rows `role; name; address` or `role; name; address; code`, parted by semicolons or tabs.

    Raises Invalid for an empty or over-long annex, AnnexRefused with every row that cannot be read.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > LONGEST:
        raise Invalid("annex-empty", most=LONGEST)
    rows, bad = [], dict[int, Refused]()
    for nth, line in enumerate(lines, 1):
        try:
            rows.append(_row(line))
        except Refused as refusal:
            bad[nth] = refusal
    if bad:
        raise AnnexRefused(bad, len(lines))
    return rows


def _row(line: str) -> Row:
    cells = [cell.strip() for cell in line.replace("\t", ";").rstrip(";").split(";")]
    if len(cells) not in (3, 4):
        raise Invalid("annex-row", count=len(cells))
    role = WORDS.get(cells[0].casefold())
    if role is None:
        raise Invalid("role-unknown")
    return Row(role, cells[3] if len(cells) == 4 else "", cells[1], cells[2])
