"""Kafka: the figures that summaries have asked for."""

from collections.abc import Sequence

from contracts.results import ReportFiguresTaken
from services.chassis.db.pool import Db
from services.hierarchy.reports.store import reports

EVENTS = (ReportFiguresTaken,)


async def take(db: Db, taken: Sequence[ReportFiguresTaken]) -> None:
    """Keep each with the summary that has asked for it last; what was sent stays as it was sent."""
    for figures in taken:
        await reports.take_figures(db, figures)


async def forget(_: Db) -> None:
    """What was answered stays in a new epoch, too."""
