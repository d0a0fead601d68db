"""List a municipality's days with their results; part of its pages and operations."""

from dataclasses import replace
from datetime import date, datetime

from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.checkpoints.commands.look_at_counting import look_at_counting
from services.hierarchy.checkpoints.commands.look_at_results import Seen
from services.hierarchy.checkpoints.domain.results import Checkpoint, checkpoints_of
from services.hierarchy.checkpoints.store import conclusions, results, schedules
from services.hierarchy.core.domain.forming import region_day


async def list_checkpoints(db: Db, seen: Seen, now: datetime) -> list[Checkpoint]:
    """Every day in order; conclusions only for whom they are, without the names of those who wrote them."""
    if seen.campaign is None:
        return []
    campaign, code = seen.campaign.id, seen.place.of
    standing = await schedules.standing(db, campaign, code, seen.smo)
    written = await conclusions.of_municipality(db, code, campaign) if seen.texts else {}
    unnamed = {day: replace(each, written_by="", on_behalf_of="") for day, each in written.items()}
    frozen = await results.of_municipality(db, code, campaign)
    counting = set[date]()
    if not seen.place.transformed:
        counting = (await look_at_counting(db, seen.campaign, {code: seen.smo})).days(code)
    return checkpoints_of(standing, frozen, unnamed, region_day(seen.campaign, now), counting)


def the_one(found: list[Checkpoint], day: date) -> Checkpoint:
    """The checkpoint of a day. Raises NotFound."""
    for each in found:
        if each.day == day:
            return each
    raise NotFound("checkpoint-unknown")


def day_of_path(given: str) -> date:
    """A day as an address has it, 2026-12-04. Raises NotFound for anything else."""
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise NotFound("checkpoint-unknown") from error
