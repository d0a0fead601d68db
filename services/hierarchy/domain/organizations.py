"""The register of organizations of the budget sphere, from a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Role, Scope
from services.chassis.errors import Forbidden, NotFound
from services.chassis.staff import Staff
from services.hierarchy.domain.appointments import Acting
from services.hierarchy.domain.rows import BadFile, BadRow, Line, read_table, whole_number

HEADER = ("external_id", "founder", "place", "name", "kind", "headcount")
LONGEST_NAME = 500


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


def parse(content: bytes, parents: Mapping[str, str | None]) -> dict[tuple[str, str], Entry]:
    """Entries by identity. `parents` gives the district (or None) of every known municipality.

    Raises BadFile with every bad row.
    """
    lines, bad = read_table(content, HEADER)
    entries: dict[tuple[str, str], Entry] = {}
    for line in lines:
        entry = _entry(line)
        problems = [*_problems(line, entry), *_misplaced(entry, parents)]
        if entry.identity in entries:
            problems.append(f"{entry.external_id} of {entry.founder} is in the file twice.")
        bad += [BadRow(line.number, problem) for problem in problems]
        entries.setdefault(entry.identity, entry)
    if bad:
        raise BadFile(*bad)
    return entries


def _entry(line: Line) -> Entry:
    external_id, founder, place, name, kind, headcount = line.cells
    codes = founder.replace(" ", ""), place.replace(" ", "")
    return Entry(external_id, *codes, name, kind, whole_number(headcount))


def _problems(line: Line, entry: Entry) -> Iterator[str]:
    for column in ("external_id", "name", "kind"):
        if not getattr(entry, column):
            yield f"The {column} is empty."
    if len(entry.name) > LONGEST_NAME:
        yield f"The name is longer than {LONGEST_NAME} characters."
    if line.cells[5] and entry.headcount is None:
        yield f"The headcount «{line.cells[5]}» is not a whole number."


def _misplaced(entry: Entry, parents: Mapping[str, str | None]) -> Iterator[str]:
    if entry.founder not in parents:
        yield f"There is no municipality {entry.founder} (founder)."
    if entry.place not in parents:
        yield f"There is no municipality {entry.place} (place)."
    elif entry.place != entry.founder and parents[entry.place] != entry.founder:
        yield f"The place {entry.place} is neither the founder nor one of its settlements."


def may_keep(staff: Staff, founder: str | None) -> bool:
    """Whether somebody keeps the list of a founder's organizations."""
    keepers = (Role.HEAD, Role.RESPONSIBLE, Role.CLERK)
    return staff.holds(Role.ADMINISTRATOR) or any(staff.holds(role, founder) for role in keepers)


def keeping(staff: Staff, founder: str, head: UUID | None) -> Acting:
    """In what capacity somebody keeps the list of a founder's organizations: the administrator, the Head, the
    responsible person, or the clerk for the Head. Raises NotFound for a foreign one, Forbidden."""
    held = {g.role for g in staff.grants if g.scope is Scope.MUNICIPALITY and g.of == founder}
    if staff.holds(Role.ADMINISTRATOR) or held & {Role.HEAD, Role.RESPONSIBLE}:
        return Acting(staff.account)
    if Role.CLERK in held:
        return Acting(staff.account, head)
    if founder in staff.municipalities:
        raise Forbidden("not-yours-to-keep")
    raise NotFound("organization-unknown")
