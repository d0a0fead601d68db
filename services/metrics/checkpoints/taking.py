"""Figures for meetings: what an agenda asks for is taken once, as it is then."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from contracts.results import FiguresTaken
from contracts.structure import CampaignDefined, StructureEvent
from contracts.work import MeetingDefined, ReportDefined, WorkEvent
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.chassis.streams import mirror, outbox
from services.chassis.streams.inbox import Reader, by_type
from services.chassis.streams.tail import Stream
from services.metrics.checkpoints import reporting
from services.metrics.checkpoints.standings import standing
from services.metrics.checkpoints.troubles import Troubles
from services.metrics.picture import plan, structure
from services.metrics.picture.board import Board
from services.metrics.picture.structure import TERRITORY
from services.metrics.store import results

log = structlog.get_logger()

READER = "metrics.meetings"


def reader() -> Reader:
    """A mirror of the meetings and of the figures that they ask for; of summaries the requests alone."""
    return Reader(READER, WorkEvent.topic, by_type([MeetingDefined, ReportDefined]), _keep, mirror.forget)


async def _keep(db: Db, stream: Stream, told: Sequence[WorkEvent]) -> None:
    if meetings := [each for each in told if isinstance(each, MeetingDefined)]:
        await mirror.keep(db, stream, meetings)
    await reporting.ask(db, [each for each in told if isinstance(each, ReportDefined)])


class Taking:
    """Answers the requests of meetings, each once."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock, self._troubles = pool, clock, Troubles()
        self._meetings = mirror.Watched(WorkEvent.topic, [MeetingDefined])
        self._campaigns = mirror.Watched(StructureEvent.topic, [CampaignDefined])
        self._mark: tuple[str, str] | None = None
        self._asked: dict[UUID, MeetingDefined] = {}
        """What has no answer yet, of the campaigns that are known."""

    async def look(self) -> int:
        """Take the figures that are asked for; of how many requests."""
        async with self._pool.acquire() as db:
            await self._learn(db)
        taken = [id_ for id_, meeting in list(self._asked.items()) if await self._try(id_, meeting)]
        for id_ in taken:
            self._asked.pop(id_, None)
        return len(taken)

    async def _try(self, id_: UUID, meeting: MeetingDefined) -> bool:
        """Answer one request; whatever is wrong with it holds up no other."""
        now, done = self._clock.now(), False
        if not self._troubles.rests(now, "figures", id_):
            with self._troubles.around(now, "figures", id_):
                done = await self._take(id_, meeting)
        return done

    async def _learn(self, db: Db) -> None:
        mark = await self._meetings.content(db), await self._campaigns.content(db)
        if mark == self._mark:
            return
        known = (await structure.draw(db, [CampaignDefined])).campaigns
        meetings = await mirror.all_of(db, WorkEvent.topic, [MeetingDefined])
        asked = {
            id_: each
            for each in meetings
            if isinstance(each, MeetingDefined) and each.campaign in known
            for id_ in each.figures
        }
        left = await results.unanswered(db, asked)
        self._asked, self._mark = {id_: asked[id_] for id_ in left}, mark

    async def _take(self, id_: UUID, meeting: MeetingDefined) -> bool:
        """Take the figures of one request, all of them at one moment."""
        async with self._pool.acquire() as db, db.transaction(isolation="repeatable_read"):
            if not await results.alone(db) or not (taken := await self._taken(db, id_, meeting)):
                return False
            if await results.take(db, taken):
                await outbox.publish(db, taken)
                log.info("figures_taken", campaign=taken.campaign, count=len(taken.items))
        return True

    async def _taken(self, db: Db, id_: UUID, meeting: MeetingDefined) -> FiguresTaken | None:
        known = await structure.draw(db, TERRITORY)
        campaign = known.campaigns.get(meeting.campaign)
        if campaign is None:
            return None
        now = self._clock.now().astimezone(UTC)
        day = now.astimezone(ZoneInfo(campaign.time_zone)).date()
        wanted = await plan.of_campaign(db, known, campaign, now)
        totals = await results.totals_before(db, campaign.id, None)
        # Expected is what was due by the end of the last day that is over, as in the live view.
        board = Board(known, wanted, totals, day, due=day - timedelta(days=1))
        items = [standing(board, code) for code in dict.fromkeys(meeting.municipalities)]
        return FiguresTaken(version=1, id=id_, campaign=campaign.id, as_of=now, day=day, items=items)
