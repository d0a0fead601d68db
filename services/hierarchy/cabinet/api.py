"""HTTP: what waits for whoever asks."""

from datetime import datetime

from litestar import Controller, get
from litestar.di import NamedDependency
from pydantic import BaseModel

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.text import plural, whole_number
from services.chassis.web.openapi import SIGNED_IN
from services.directory.grants import Staff
from services.hierarchy.cabinet.waiting import look, waiting
from services.hierarchy.core.domain.waiting import Line, Step


class Action(BaseModel):
    """The one thing to do about a line: a page to open, or an address to post to."""

    name: str
    href: str
    method: str


class TodayItem(BaseModel):
    """A line of «Сегодня»; `own`: it waits for the person, and is not merely missing
    below them; `where`: in which of several places."""

    kind: str
    title: str
    count: int | None
    due: datetime | None
    href: str
    where: str
    own: bool
    action: Action | None


class TodayPage(BaseModel):
    """Everything that waits, what is one's own and due first in front."""

    items: list[TodayItem]
    next: None = None


class Today(Controller):
    """What waits for the staff."""

    path = "/api/v1/today"
    tags = ("today",)
    security = SIGNED_IN

    @get(summary="What waits for whoever asks, and what is missing below them")
    async def today(
        self, pool: NamedDependency[Pool], by: NamedDependency[Staff], at: NamedDependency[Moment]
    ) -> TodayPage:
        """The same lines as the first page of the cabinet."""
        async with pool.acquire() as db, db.transaction():
            lines = await waiting(db, await look(db, by, at.now))
        return TodayPage(items=[_item(line) for line in lines])


def _item(line: Line) -> TodayItem:
    counted = [] if line.n is None else [whole_number(line.n), plural(line.n, line.noun)]
    return TodayItem(
        kind=line.kind,
        title=" ".join([*counted, line.rest]),
        count=line.n,
        due=line.due,
        href=line.href,
        where=line.where,
        own=line.own,
        action=_action(line.step) if line.step else None,
    )


def _action(step: Step) -> Action:
    return Action(name=step.name, href=step.href, method="POST" if step.sends else "GET")
