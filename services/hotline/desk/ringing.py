"""Who calls at this moment, for whoever may answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hotline.calls.reach import ringing_for
from services.hotline.calls.showing import caller_of, record_of
from services.hotline.core.region import Known
from services.hotline.desk import callers
from services.hotline.desk.callers import Earlier

SHOWN = 3
"""Earlier cases of a caller."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call that waits to be answered: by whom, as far as their number tells, and what they have asked."""

    id: str
    caller: str
    people: str
    record: str
    cases: Sequence[Earlier]


async def ringing(db: Db, known: Known, who: Staff, now: datetime) -> list[Ringing]:
    """For those on duty; where nobody is, for every operator. The transaction sees their municipalities."""
    found = []
    for call in await ringing_for(db, known, who, now):
        behind = await callers.found(db, who, call.phone) if call.phone else callers.Callers("")
        people = ", ".join(person.name for person in behind.people if person.name)
        cases = [case for person in behind.people for case in person.cases][:SHOWN]
        found.append(
            Ringing(f"{call.municipality}/{call.id}", caller_of(call), people, record_of(call), cases)
        )
    return found
