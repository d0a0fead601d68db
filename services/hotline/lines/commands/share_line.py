"""Agree to share a line that the district offers, or end what there is."""

from dataclasses import dataclass, replace

from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, authority, may
from services.hotline.core.domain.audit import LINE_SHARED, LINE_UNSHARED
from services.hotline.core.store import audit
from services.hotline.lines.commands.offer_line import Offer, Shared, subject_of
from services.hotline.lines.domain.lines import Line
from services.hotline.lines.store import lines
from services.hotline.lines.store.lines import Share


@dataclass(frozen=True, slots=True)
class _Standing:
    share: Share
    line: Line


async def agree_share(pool: Pool, by: Staff, given: Offer, at: Moment) -> Shared:
    """The settlement is answered by the district's line from now on. Raises NotFound without an offer,
    Conflict for one that was taken back or a closed line, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Shared):
            return done
        authority(by, Deed.SET_LINE, given.settlement)
        stands = await _locked(db, given)
        if stands.line.closed:
            raise Conflict("line-closed")
        share = replace(stands.share, agreed_at=at.now)
        if not stands.share.agreed:
            await lines.keep_share(db, share)
            await _tell(db, stands.line, {*stands.line.serves, share.municipality}, at)
            await audit.note(db, share.municipality, by, at.now, LINE_SHARED, subject_of(share))
        return await idempotency.keep(db, at, Shared(share.municipality, share.line_of, True))


async def end_share(pool: Pool, by: Staff, given: Offer, at: Moment) -> Shared:
    """Either side takes back the offer, refuses it or ends what was agreed. Raises NotFound, Conflict for
    what has ended, Forbidden."""
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Shared):
            return done
        side = given.settlement if may(by, Deed.SET_LINE, given.settlement) else given.municipality
        authority(by, Deed.SET_LINE, side)
        stands = await _locked(db, given)
        share = replace(stands.share, ended_at=at.now)
        await lines.keep_share(db, share)
        if stands.share.agreed:
            await _tell(db, stands.line, {*stands.line.serves} - {share.municipality}, at)
        await audit.note(db, side, by, at.now, LINE_UNSHARED, subject_of(share))
        return await idempotency.keep(db, at, Shared(share.municipality, share.line_of, False))


async def _locked(db: Db, given: Offer) -> _Standing:
    await tenancy.see(db, given.municipality, given.settlement)
    line = await lines.lock(db, given.municipality)
    share = await lines.share(db, given.settlement, given.municipality)
    if line is None or share is None:
        raise NotFound("share-unknown")
    if share.ended_at:
        raise Conflict("share-ended")
    return _Standing(share, line)


async def _tell(db: Db, line: Line, serves: set[str], at: Moment) -> None:
    changed = line.sharing(sorted(serves), at.now)
    await lines.save(db, changed)
    await outbox.publish(db, changed.event())
