"""Figures for summaries: what an organization's summary asks for is taken once, as it is then."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from contracts.results import ReportFiguresTaken
from contracts.structure import CampaignDefined, OrganizationDefined
from contracts.work import ReportDefined
from services.chassis.db.pool import Db, Pool
from services.chassis.process.clock import Clock
from services.chassis.streams import outbox
from services.metrics.cases.counting import SUMMED, shares
from services.metrics.domain import FIRST_TIME, REGISTERED, SUBMITTED
from services.metrics.picture import structure
from services.metrics.picture.structure import TERRITORY, Structure
from services.metrics.store import cases, reports, results
from services.metrics.store.reports import Asked, Part

log = structlog.get_logger()

AT_ONCE = 500
"""Requests of one transaction."""

TOLD = (REGISTERED, SUBMITTED, *SUMMED)
"""What a summary tells since the campaign began, and of its period."""

FORM, POSITION = "form", "position"
"""The classifiers by which summaries break figures down, where the campaign has them."""


async def ask(db: Db, told: Iterable[ReportDefined]) -> None:
    """Keep what summaries ask for. A group's is the sum of its coordinators', and asks for nothing."""
    found = {
        each.figures: Asked(
            *(each.municipality, each.figures, each.campaign, each.organization, each.group),
            *(each.period_from, each.period_to),
        )
        for each in told
        if each.figures and each.organization
    }
    if found:
        await reports.ask(db, list(found.values()))


class Reporting:
    """Answers the requests of summaries, each once."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock

    async def look(self) -> int:
        """Take the figures that are asked for; of how many requests."""
        count = 0
        while taken := await self._take():
            count += taken
        return count

    async def _take(self) -> int:
        """Take the figures of some requests, all of them at one moment."""
        async with self._pool.acquire() as db, db.transaction(isolation="repeatable_read"):
            asked = await reports.asked(db, AT_ONCE)
            if not asked or not await results.alone(db):
                return 0
            taken = await self._taken(db, asked)
            new = await reports.take(db, taken)
            await outbox.publish(db, *new)
        if new:
            log.info("figures_taken", count=len(new))
        return len(taken)

    async def _taken(self, db: Db, asked: Sequence[Asked]) -> list[ReportFiguresTaken]:
        known = await structure.draw(db, (*TERRITORY, OrganizationDefined))
        by_campaign = defaultdict[str, list[Asked]](list)
        for each in asked:
            by_campaign[each.campaign].append(each)
        now = self._clock.now().astimezone(UTC)
        return [
            each
            for campaign, of_campaign in by_campaign.items()
            for each in await _of_campaign(db, known, known.campaigns[campaign], of_campaign, now)
        ]


async def _of_campaign(
    db: Db, known: Structure, campaign: CampaignDefined, asked: Sequence[Asked], now: datetime
) -> list[ReportFiguresTaken]:
    wanted = {each.organization for each in asked}
    founders = {known.organizations[id_].founder for id_ in wanted}
    codes = {code for founder in founders for code in known.with_settlements(founder)}
    of_cases = shares(await cases.of_organizations(db, campaign.id, codes, wanted))
    parts = defaultdict[UUID, list[Part]](list)
    for part in (
        *await reports.of_organizations(db, campaign.id, codes, wanted),
        *await reports.first_times(db, campaign.id, codes, wanted),
        *(Part(UUID(each.organization), each.counter, each.day, n) for each, n in of_cases.items()),
    ):
        parts[part.organization].append(part)
    day = now.astimezone(ZoneInfo(campaign.time_zone)).date()
    return [
        ReportFiguresTaken(
            version=1,
            id=each.id,
            campaign=campaign.id,
            municipality=each.municipality,
            group=each.working_group,
            organization=each.organization,
            as_of=now,
            day=day,
            **_counted(campaign, each, parts[each.organization]),
        )
        for each in asked
    ]


def _counted(campaign: CampaignDefined, asked: Asked, parts: Iterable[Part]) -> dict[str, object]:
    """What is counted of an organization; a breakdown only by what the campaign classifies."""
    sums, directions, forms, positions = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    first, last = str(asked.period_from), str(asked.period_to)
    for part in parts:
        sums[part.counter] += part.n
        if first <= part.day <= last:
            sums[f"period_{part.counter}"] += part.n
        if part.counter == SUBMITTED:
            directions[part.direction or ""] += part.n
            forms[part.form or ""] += part.n
        elif part.counter == REGISTERED:
            positions[part.position or ""] += part.n
    codes = {each.code for each in campaign.classifiers}
    return {
        **{name: sums[name] for name in TOLD},
        **{f"period_{name}": sums[f"period_{name}"] for name in TOLD},
        "first_time": sums[f"period_{FIRST_TIME}"],
        "by_direction": _named(directions),
        "by_form": _named(forms) if FORM in codes else None,
        "by_position": _named(positions) if POSITION in codes else None,
    }


def _named(counted: Counter[str]) -> dict[str, int]:
    return {code: n for code, n in sorted(counted.items()) if code}
