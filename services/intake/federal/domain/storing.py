"""What becomes of the rows of a portion: new, changed, as they were, or not to be taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.chassis.errors import Invalid
from services.chassis.tables.rows import BadRow
from services.intake.federal.domain.linking import How
from services.intake.federal.domain.rows import FederalRow, Places, Stored


@dataclass(slots=True)
class Portion:
    """What becomes of a portion; `saved`: its rows as they are stored from now on, by number."""

    saved: dict[str, Stored] = field(default_factory=dict)
    added: int = 0
    changed: int = 0
    same: int = 0
    bad: list[BadRow] = field(default_factory=list)


def store(
    rows: Iterable[FederalRow | BadRow],
    known: Mapping[str, Stored],
    places: Places,
    import_id: UUID,
) -> Portion:
    """What becomes of the rows. `known`: those that are stored under their numbers. A number is taken once in
    a table, and nobody changes what belongs to a municipality beyond reach."""
    portion = Portion()
    for row in rows:
        if isinstance(row, BadRow):
            portion.bad.append(row)
            continue
        before = portion.saved.get(row.number) or known.get(row.number)
        if refusal := _refusal(row, before, places, import_id):
            portion.bad.append(BadRow(row.line, refusal))
        else:
            _take(portion, row, before, places, import_id)
    return portion


def _refusal(row: FederalRow, before: Stored | None, places: Places, import_id: UUID) -> Invalid | None:
    if before and before.import_id == import_id:
        return Invalid("row-number-twice", number=row.number, other=before.line)
    if before and places.home(before.municipality) not in places.reach:
        return Invalid("row-number-elsewhere", number=row.number)
    return None


def _take(portion: Portion, row: FederalRow, before: Stored | None, places: Places, import_id: UUID) -> None:
    now = _stored(row, before, places, import_id)
    portion.saved[row.number] = now
    if before is None:
        portion.added += 1
    elif now._replace(import_id=before.import_id, line=before.line) == before:
        portion.same += 1
    else:
        portion.changed += 1


def _stored(row: FederalRow, before: Stored | None, places: Places, import_id: UUID) -> Stored:
    """A row as it is stored. Its link stays, but for one of another municipality or by another number."""
    stays = before is not None and places.home(before.municipality) == row.municipality
    if before is None or not stays or (before.linked != How.HAND and before.own != row.own):
        initiative_id, linked = None, None
    else:
        initiative_id, linked = before.initiative_id, before.linked
    told = (row.dated, row.status, row.title, row.own)
    return Stored(row.municipality, row.number, *told, initiative_id, linked, import_id, row.line)
