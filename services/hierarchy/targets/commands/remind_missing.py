"""Remind the municipalities that have set no targets."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Scope
from contracts.structure import CampaignDefined
from services.chassis.days import in_words
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.mail.texts import Text, text
from services.directory.grants import Staff
from services.hierarchy.accounts.commands.write_letters import (
    Appointed,
    Reason,
    write_all_appointed,
    write_to,
)
from services.hierarchy.accounts.domain.accounts import Account
from services.hierarchy.accounts.store import accounts
from services.hierarchy.appointments.domain.appointments import Appointment
from services.hierarchy.appointments.store import appointments
from services.hierarchy.core.authority import Deed, authority, may
from services.hierarchy.core.domain.audit import TARGETS_REMINDED, Line
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.domain.reminding import NOT_TWICE_IN, Reminded
from services.hierarchy.core.domain.roles import FIRST_STEPS, TITLES
from services.hierarchy.core.store import audit, campaigns, places
from services.hierarchy.core.tenants import CALLED, overseen
from services.hierarchy.targets.domain.proposals import Known
from services.hierarchy.targets.domain.targets import check_setting
from services.hierarchy.targets.store import targets
from services.hierarchy.territory.store import municipalities

ROOM, KIND = "services.hierarchy.targets", "targets"


@dataclass(frozen=True, slots=True)
class Called:
    """Who is called: those who have signed in, and those whose invitation is repeated; and their accounts."""

    known: Sequence[Appointment]
    invited: Sequence[Appointment]
    of: Mapping[UUID, Account]

    def within(self, codes: Collection[str]) -> "Called":
        """Those of some municipalities."""
        known, invited = (
            [each for each in those if each.municipality in codes] for those in (self.known, self.invited)
        )
        return Called(known, invited, self.of)


@dataclass(frozen=True, slots=True)
class Told:
    """What letters say: of which municipalities and campaign, and when."""

    known: Known
    campaign: CampaignDefined
    now: datetime


async def remind_missing(
    pool: Pool, entrance: Entrance, by: Staff, municipality: str | None, at: Moment
) -> Reminded:
    """Head and responsible person of one municipality, or of all of theirs without targets, none twice a day;
    whoever has not signed in yet gets the invitation once more instead.

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
        since = at.now - NOT_TWICE_IN
        called = await _called(db, missing, since)
        over = {each.municipality for each in (*called.known, *called.invited)}
        written = sorted(await targets.take_reminders(db, over, campaign, at.now, since))
        await _write(db, entrance, called.within(written), Told(known, campaign, at.now))
        lines = [Line(c, at.now, by.account, None, TARGETS_REMINDED, f"municipality:{c}") for c in written]
        await audit.add(db, lines)
        return await idempotency.keep(db, at, Reminded(len(written)))


async def _called(db: Db, missing: Collection[str], since: datetime) -> Called:
    """Where nobody is there to be written to, nobody was reminded."""
    present = [each for each in await appointments.present(db, missing) if each.role in CALLED]
    of = await accounts.some(db, {each.account for each in present})
    unanswered = {each.id for each in await appointments.unanswered(db, CALLED, since)}
    return Called(
        [each for each in present if of[each.account].has_signed_in],
        [each for each in present if each.id in unanswered],
        of,
    )


async def _write(db: Db, entrance: Entrance, called: Called, told: Told) -> None:
    """To each once for each municipality; whoever has not signed in yet would open the page in vain."""
    people = {(each.municipality, each.account) for each in called.known}
    new = [
        (called.of[account], _reminder(entrance, called.of[account], told, code))
        for code, account in sorted(people)
    ]
    await write_to(db, new, KIND, told.now)
    roles = defaultdict[UUID, list[Appointment]](list)
    for each in called.invited:
        roles[each.account].append(each)
    repeated = [_invited(called.of[account], held, told.known) for account, held in roles.items()]
    await write_all_appointed(db, entrance, repeated, told.now)


def _invited(account: Account, held: Sequence[Appointment], known: Known) -> Appointed:
    titles = [f"{TITLES[each.role]} – {known[each.municipality].name}" for each in held]
    return Appointed(account, titles, Reason(first_step=FIRST_STEPS[held[0].role]))


def _reminder(entrance: Entrance, account: Account, told: Told, code: str) -> Text:
    url = f"{entrance.public_url}/cabinet/municipalities/{code}/targets"
    last_day = in_words(told.campaign.last_day)
    return text(
        ROOM, "missing", addressee=account.name, place=told.known[code].name, last_day=last_day, url=url
    )


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
