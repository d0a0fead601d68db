"""Kafka: the figures that agendas have asked for."""

from collections.abc import Sequence

from contracts.results import FiguresTaken
from services.chassis.db.pool import Db
from services.hierarchy.meetings.store import meetings

EVENTS = (FiguresTaken,)


async def take(db: Db, taken: Sequence[FiguresTaken]) -> None:
    """Keep each beside the item that has asked for it. Another answer to the same request changes nothing:
    what was shown stays."""
    for figures in taken:
        await meetings.take_figures(db, figures)


async def forget(_: Db) -> None:
    """What was shown stays in a new epoch, too."""
