"""Look at a meeting as whoever asks may see it; part of several commands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Scope
from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.directory.grants import Staff
from services.hierarchy.core.authority import Acting, Deed, authority, may
from services.hierarchy.core.domain.places import Place
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.meetings.domain.meetings import Meeting
from services.hierarchy.meetings.domain.planning import Frame
from services.hierarchy.meetings.store import meetings
from services.hierarchy.territory.store import municipalities, smos


@dataclass(frozen=True, slots=True)
class View:
    """A meeting, the SMO that has called it, and of which invited municipalities the viewer sees their own
    part; None: as the SMO sees it, of all."""

    meeting: Meeting
    smo: Place
    codes: list[str] | None


async def look_at_meeting(db: Db, by: Staff, id_: UUID, *, lock: bool = False) -> View:
    """The transaction sees its rows from then on, and of its SMO's municipalities those that the viewer may.

    Raises NotFound for a meeting of another SMO, and for one to which nobody of theirs is invited.
    """
    invited = await invited_places(db, by)
    await tenancy.see(db, REGION, *invited)
    meeting = await (meetings.lock if lock else meetings.get)(db, id_)
    smo = await places.find_one(db, Scope.SMO, meeting.smo)
    if may(by, Deed.SEE_MEETINGS, smo):
        own = await municipalities.of_smos(db, [meeting.smo])
        await tenancy.see(db, *meeting.tenants, *own)
        return View(meeting, smo, None)
    codes = [code for code in meeting.municipalities if code in invited]
    if not codes:
        raise NotFound("meeting-unknown")
    await tenancy.see(db, REGION, *codes)
    return View(meeting, smo, codes)


async def lock_run(db: Db, by: Staff, id_: UUID) -> tuple[View, Acting]:
    """A meeting that the SMO's operator changes, alone. Raises NotFound, Forbidden."""
    view = await look_at_meeting(db, by, id_, lock=True)
    return view, authority(by, Deed.RUN_MEETINGS, view.smo)


async def invited_places(db: Db, by: Staff) -> Collection[str]:
    """The municipalities whose invitations and agreements are theirs to see."""
    await tenancy.see(db, *by.municipalities)
    found = await places.find(db, [(Scope.MUNICIPALITY, of) for of in by.reach(Scope.MUNICIPALITY)], None)
    return [
        place.of
        for (scope, _), place in found.items()
        if scope is Scope.MUNICIPALITY and may(by, Deed.SEE_INVITATIONS, place)
    ]


async def whose(db: Db, by: Staff) -> tuple[Collection[str], Collection[str]]:
    """The SMOs whose meetings are theirs to see, and the municipalities whose invitations are; the
    transaction sees the rows of both."""
    invited = await invited_places(db, by)
    every = await smos.all_by_id(db)
    seen = [of for of in every if may(by, Deed.SEE_MEETINGS, Place(Scope.SMO, of, REGION))]
    below = await municipalities.of_smos(db, seen) if seen else []
    await tenancy.see(db, REGION, *invited, *below)
    return seen, invited


async def frame_of(db: Db, meeting: Meeting, now: datetime) -> Frame:
    """The campaign that a meeting belongs to, open or not."""
    return Frame((await campaigns.all_by_id(db))[meeting.campaign], now)
