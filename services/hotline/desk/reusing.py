"""An answer to reuse as it stands in the form of a case: with what is known of the case filled in."""

from datetime import datetime
from uuid import UUID

from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.chassis.phones import spoken_phone
from services.chassis.web.pages import moment
from services.directory.grants import Staff
from services.hotline.answers.choices import around
from services.hotline.answers.domain.placeholders import Placeholder, fill
from services.hotline.answers.store import answers
from services.hotline.core.region import Known
from services.hotline.desk.case import Shown
from services.hotline.lines.store import lines


async def filled(pool: Pool, known: Known, by: Staff, case: Shown, id_: UUID, now: datetime) -> str:
    """The text that is in use. Raises NotFound for an answer that is neither of the municipality nor of
    whoever serves it nor of the region, and for one that was not approved."""
    places = around(known, case.inquiry.municipality, now)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places)
        answer = await answers.one(db, id_)
        found = [each for each in await answers.versions(db, answer) if each.nth == answer.in_use]
        reached = await lines.of(db, known, case.inquiry.municipality, now)
    if not found:
        raise NotFound("answer-unknown")
    phone = next((line.phone for line in reached if line.phone), "")
    return fill(found[0].wording.text, _facts(case, by, phone))


def _facts(case: Shown, by: Staff, phone: str) -> dict[Placeholder, str]:
    promise = case.inquiry.promise
    return {
        Placeholder.NAME: case.asked.initiator.name,
        Placeholder.NUMBER: str(case.inquiry.number),
        Placeholder.THEME: case.theme,
        Placeholder.DUE: moment(promise.answer_due_at, promise.zone),
        Placeholder.LINE: spoken_phone(phone) if phone else "",
        Placeholder.STAFF: by.name,
        Placeholder.ORGANIZATION: case.organization,
        Placeholder.MUNICIPALITY: case.place,
    }
