"""Warnings: who is silent or slow is told of, once in a campaign for each."""

from collections.abc import Collection
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import structlog

from contracts.results import Warned
from contracts.structure import CampaignDefined
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.chassis.streams import outbox
from services.directory.checkpoints import ended_at
from services.metrics.checkpoints import gate
from services.metrics.checkpoints.gate import PLAN, figures_of
from services.metrics.domain import SUBMITTED
from services.metrics.picture import plan, silence, structure
from services.metrics.picture.board import Board
from services.metrics.picture.structure import TERRITORY, Structure
from services.metrics.settings import MetricsSettings
from services.metrics.store import results

log = structlog.get_logger()

ONE = timedelta(days=1)


class Warnings:
    """Looks once a day at each municipality: after midnight, once the day before is complete."""

    def __init__(self, settings: MetricsSettings, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock
        self._grace = timedelta(seconds=settings.checkpoint_grace)
        self._day: tuple[str, date] | None = None
        self._left = set[str]()
        """Those that were not looked at yet since that day was over."""

    async def look(self, known: Structure) -> int:
        """Warn of whom the last day has made silent or slow; how many warnings that made."""
        campaign, now = known.campaign, self._clock.now()
        if campaign is None or not (campaign.open and campaign.plan.warnings):
            return 0
        zone = ZoneInfo(campaign.time_zone)
        today = now.astimezone(zone).date()
        over = today - ONE
        if not campaign.first_day <= over < campaign.last_day or now < ended_at(over, zone) + self._grace:
            return 0
        if self._day != (campaign.id, over):
            self._day, self._left = (campaign.id, over), set(known.municipalities.keys() - known.gone)
        if not self._left or not await self._complete(known, campaign, over):
            return 0
        return await self._warn(campaign.id, over)

    async def _complete(self, known: Structure, campaign: CampaignDefined, day: date) -> set[str]:
        async with self._pool.acquire() as db:
            return await _complete(db, known, self._left, campaign, day)

    async def _warn(self, campaign_id: str, day: date) -> int:
        """Warn of those whose figures are complete, all of it read at one moment."""
        async with self._pool.acquire() as db, db.transaction(isolation="repeatable_read"):
            if not await results.alone(db):
                return 0
            known = await structure.draw(db, TERRITORY)
            campaign = known.campaigns.get(campaign_id)
            if campaign is None:
                return 0
            looked_at = await _complete(db, known, self._left, campaign, day)
            found = {
                (code, warning)
                for warning, codes in (await _found(db, known, campaign, day)).items()
                for code in codes & looked_at
            }
            fresh = sorted(found - await results.warned(db, campaign_id))
            raised = await results.warn(db, campaign_id, day, fresh) if fresh else []
            await outbox.publish(db, *raised)
        self._left -= looked_at
        if raised:
            log.info("warnings_raised", campaign=campaign_id, day=str(day), count=len(raised))
        return len(raised)


async def _complete(
    db: Db, known: Structure, codes: Collection[str], campaign: CampaignDefined, day: date
) -> set[str]:
    """Of these municipalities those that were read past the end of a day, with all that is a part of them."""
    seen, end = await gate.look(db), ended_at(day, ZoneInfo(campaign.time_zone))
    if seen.behind(PLAN, end):
        return set()
    return {code for code in codes if not seen.behind(figures_of(known.with_settlements(code)), end)}


async def _found(db: Db, known: Structure, campaign: CampaignDefined, day: date) -> dict[Warned, set[str]]:
    """Who is silent and who is slow, once a day is over."""
    found = {Warned.SILENT: set[str](), Warned.SLOW: set[str]()}
    if since := silence.silent_since(campaign, day + ONE):
        heard = await results.heard_between(db, campaign.id, since, day + ONE + ONE)
        found[Warned.SILENT] = silence.silent(known, heard)
    end = ended_at(day, ZoneInfo(campaign.time_zone))
    wanted = await plan.of_campaign(db, known, campaign, end)
    totals = await results.totals_before(db, campaign.id, day + ONE)
    board = Board(known, wanted, totals, day, day)
    for code in wanted.targets.known:
        progress = board.progress(code, SUBMITTED)
        if progress is not None and progress.is_slow:
            found[Warned.SLOW].add(code)
    return found
