"""Call a meeting, or every week the same, and invite those who are responsible for the project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import Scope
from contracts.event import REGION
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Invalid, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.hierarchy.core.authority import Deed, authority
from services.hierarchy.core.domain.audit import MEETING_CALLED
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import audit, campaigns, places
from services.hierarchy.meetings.commands.write_letters import invited, sheet_of, write
from services.hierarchy.meetings.domain.agenda import arranged, check_agenda
from services.hierarchy.meetings.domain.invitations import Invitation, Invitee
from services.hierarchy.meetings.domain.meetings import Meeting
from services.hierarchy.meetings.domain.planning import (
    ONCE,
    Frame,
    Typed,
    Weekly,
    check_invited,
    check_planned,
    check_weekly,
)
from services.hierarchy.meetings.store import invitations, meetings


@dataclass(frozen=True, slots=True)
class Call:
    """What is called, how often, and by which SMO: nothing is the operator's only one."""

    typed: Typed
    weekly: Weekly = ONCE
    smo: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """The meeting, and all of its series, the first one first."""

    id: UUID
    ids: list[UUID]
    invited: int


async def call_meeting(pool: Pool, entrance: Entrance, by: Staff, given: Call, at: Moment) -> Called:
    """Everybody who is invited gets a letter of each meeting.

    Raises NotFound without a campaign, Forbidden, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if called := await idempotency.earlier(db, at, Called):
            return called
        smo = await smo_of(db, by, given.smo)
        who = authority(by, Deed.RUN_MEETINGS, smo)
        frame = Frame(await _campaign(db), at.now)
        own = list(await invitations.municipalities(db, smo.of))
        await tenancy.see(db, REGION, *own)
        people = await invitations.people(db, own)
        each, agenda = _series(given, (smo.of, by.account), frame, own, people)
        for meeting in each:
            await meetings.add(db, meeting, at.now)
            await meetings.save_items(db, meeting.id, arranged([], agenda, uuid_utils.compat.uuid7))
            await _invite(db, entrance, meeting, smo, frame, people)
        await outbox.publish(db, *await meetings.defined(db, each))
        await audit.note(db, REGION, who, at.now, MEETING_CALLED, *(meeting.subject for meeting in each))
        ids = [meeting.id for meeting in each]
        return await idempotency.keep(db, at, Called(ids[0], ids, len(each[0].municipalities)))


async def smo_of(db: Db, by: Staff, asked: str) -> Place:
    """The SMO that is asked for, or the operator's only one. Raises NotFound, Forbidden, Invalid."""
    own = by.reach(Scope.SMO)
    if not asked and len(own) > 1:
        raise Invalid("smo-unknown", field="smo")
    of = asked or "".join(own)
    if not of:
        authority(by, Deed.RUN_MEETINGS, Place(Scope.SMO, of, REGION))
    return await places.find_one(db, Scope.SMO, of)


async def _campaign(db: Db) -> CampaignDefined:
    if campaign := await campaigns.now_open(db):
        return campaign
    raise NotFound("meeting-without-campaign")


def _series(
    given: Call, whose: tuple[str, UUID], frame: Frame, own: Sequence[str], people: Mapping[str, Invitee]
) -> tuple[list[Meeting], list[str]]:
    """The meetings and their agenda. Raises Invalid with everything wrong."""
    checks, typed = Checks(), given.typed
    planned = checks.take(lambda: check_planned(typed, frame))
    agenda = checks.take(lambda: check_agenda(typed.agenda))
    codes = checks.take(lambda: check_invited(typed.municipalities, own, people))
    moments = checks.take(lambda: check_weekly(given.weekly, planned.begins_at, frame)) if planned else []
    checks.settle()
    series = uuid_utils.compat.uuid7() if len(moments) > 1 else None
    meetings_ = [
        Meeting(
            *(uuid_utils.compat.uuid7(), frame.campaign.id, whose[0], replace(planned, begins_at=moment)),
            *(tuple(codes), whose[1], series),
        )
        for moment in moments
    ]
    return meetings_, agenda


async def _invite(
    db: Db, entrance: Entrance, meeting: Meeting, smo: Place, frame: Frame, people: Mapping[str, Invitee]
) -> None:
    sheet = await sheet_of(db, entrance, meeting, smo, frame)
    found = [Invitation(meeting.id, people[code]) for code in meeting.municipalities]
    await invitations.save_many(db, found)
    await write(db, sheet, [letter for each in found for letter in invited(sheet, each)])
