"""Store who is invited to a meeting now, and write to those who go and come; part of several commands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.chassis.db.pool import Db
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.places import Place
from services.hierarchy.meetings.commands.write_letters import (
    changed,
    invited,
    moved_away,
    sheet_of,
    uninvited,
    write,
)
from services.hierarchy.meetings.domain.invitations import Invitee, Turnover
from services.hierarchy.meetings.domain.meetings import Meeting
from services.hierarchy.meetings.domain.planning import Frame
from services.hierarchy.meetings.store import invitations


@dataclass(frozen=True, slots=True)
class Cast:
    """Whose meeting it is, when, and who is invited by municipality."""

    entrance: Entrance
    smo: Place
    frame: Frame
    people: Mapping[str, Invitee]


async def turn_over(db: Db, cast: Cast, before: Meeting, after: Meeting, change: Turnover) -> None:
    """Who goes is told so by the words that they knew, who comes by those that stand now."""
    now = await sheet_of(db, cast.entrance, after, cast.smo, cast.frame)
    known = replace(now, meeting=replace(after, planned=before.planned))
    stay = [*change.stay, *change.new, *(new for _, new in change.moved)]
    expected = {address for each in stay for address in each.addresses}
    await invitations.remove(db, after.id, [each.municipality for each in change.gone])
    await invitations.save_many(db, stay)
    gone = [letter for each in change.gone for letter in uninvited(known, each, expected)]
    left = [letter for old, _ in change.moved for letter in moved_away(known, old, expected)]
    come = [*change.new, *(new for _, new in change.moved)]
    await write(db, now, [*gone, *left, *(letter for each in come for letter in invited(now, each))])


async def tell_changed(db: Db, cast: Cast, meeting: Meeting, change: Turnover) -> None:
    """Write what is new to those who stay, and to who comes instead of somebody."""
    sheet = await sheet_of(db, cast.entrance, meeting, cast.smo, cast.frame)
    instead = [letter for _, each in change.moved for letter in changed(sheet, each)[1:]]
    await write(db, sheet, [*(letter for each in change.stay for letter in changed(sheet, each)), *instead])
