"""Offer a line to a settlement of the district."""

from dataclasses import dataclass

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict, Invalid
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority
from services.hotline.core.domain.audit import LINE_OFFERED
from services.hotline.core.region import Known
from services.hotline.core.store import audit
from services.hotline.lines.store import lines
from services.hotline.lines.store.lines import Share


@dataclass(frozen=True, slots=True)
class Offer:
    """Whose line is offered, and to which settlement."""

    municipality: str
    settlement: str


@dataclass(frozen=True, slots=True)
class Shared:
    """How a settlement and a line stand to each other now."""

    municipality: str
    line_of: str
    agreed: bool


async def offer_line(pool: Pool, known: Known, by: Staff, given: Offer, at: Moment) -> Shared:
    """The settlement shares it once its own Head agrees. Raises Invalid for one that is not of this district,
    Conflict for a closed line, NotFound, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Shared):
            return done
        authority(by, Deed.SET_LINE, given.municipality)
        if given.settlement not in settlements_of(known, given.municipality):
            raise Invalid("settlement-unknown", field="settlement")
        await tenancy.see(db, given.municipality, given.settlement)
        await lines.lock(db, given.municipality)
        line = await lines.found(db, given.municipality)
        if line.closed:
            raise Conflict("line-closed")
        stands = await lines.share(db, given.settlement, given.municipality)
        if stands is None or stands.ended_at:
            stands = Share(given.settlement, given.municipality, at.now)
            await lines.keep_share(db, stands)
            await audit.note(db, given.municipality, by, at.now, LINE_OFFERED, subject_of(stands))
        return await idempotency.keep(db, at, Shared(stands.municipality, stands.line_of, stands.agreed))


def settlements_of(known: Known, municipality: str) -> list[str]:
    """The settlements of a district that were not transformed, by the alphabet."""
    picture = known.picture
    here = [
        each
        for code, each in picture.municipalities.items()
        if code not in picture.successors
        and picture.successors.get(each.parent or "", each.parent) == municipality
    ]
    return [each.code for each in sorted(here, key=lambda each: each.name)]


def subject_of(share: Share) -> str:
    """By what the audit names it."""
    return f"line-share:{share.line_of}:{share.municipality}"
