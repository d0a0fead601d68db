"""Remind the municipalities that have set no targets."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.appointments import Scope
from services.chassis.days import in_words
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.write_letters import write_targets
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Deed, authority, may
from services.hierarchy.core.domain.audit import TARGETS_REMINDED, Line
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import audit, campaigns, places
from services.hierarchy.core.tenants import CALLED, overseen
from services.hierarchy.targets.domain.targets import check_setting
from services.hierarchy.targets.store import targets
from services.hierarchy.territory.store import municipalities

NOT_TWICE_IN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many municipalities were written to."""

    reminded: int


async def remind_missing(
    pool: Pool, entrance: Entrance, by: Staff, municipality: str | None, at: Moment
) -> Reminded:
    """Head and responsible person of one municipality, or of all of theirs without targets; none twice a day.

    Raises NotFound for a foreign municipality, Forbidden, Conflict outside the days.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Reminded):
            return done
        await targets.see_own(db, by)
        chosen = await _chosen(db, by, municipality)
        campaign = check_setting(await campaigns.now_open(db), at.now)
        known = await municipalities.all_by_code(db)
        missing = (await targets.standing(db, campaign, known)).missing(chosen)
        # Where nobody is called, nobody was reminded.
        called = [each for each in await appointments.present(db, missing) if each.role in CALLED]
        over = {each.municipality for each in called}
        written = sorted(await targets.take_reminders(db, over, campaign, at.now, at.now - NOT_TWICE_IN))
        people = {(each.municipality, each.account) for each in called if each.municipality in written}
        for code, account in sorted(people):
            to, place = await accounts.get(db, account), (code, known[code].name)
            await write_targets(db, entrance, to, place, in_words(campaign.last_day), at.now)
        lines = [Line(c, at.now, by.account, None, TARGETS_REMINDED, f"municipality:{c}") for c in written]
        await audit.add(db, lines)
        return await idempotency.keep(db, at, Reminded(len(written)))


async def _chosen(db: Db, by: Staff, municipality: str | None) -> dict[str, Place]:
    """The municipality that is asked for, or all that they oversee. Raises NotFound, Forbidden."""
    if municipality is not None:
        place = await places.find_one(db, Scope.MUNICIPALITY, municipality)
        authority(by, Deed.REMIND_TARGETS, place)
        return {place.of: place}
    if overseen(by) is None:
        authority(by, Deed.REMIND_TARGETS, Place(Scope.MUNICIPALITY, "", next(iter(by.municipalities), "")))
    known = await municipalities.all_by_code(db)
    found = await places.find(db, [(Scope.MUNICIPALITY, code) for code in known], None)
    return {p.of: p for p in found.values() if may(by, Deed.REMIND_TARGETS, p)}
