"""What an interim result waits for, in words, as a fragment for other services' pages."""

from dataclasses import dataclass
from datetime import date, datetime

from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from contracts.appointments import AppointmentEvent
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from contracts.structure import StructureEvent
from services.chassis.db.pool import Db
from services.chassis.streams.tail import Stream
from services.chassis.web.pages import Pages
from services.chassis.web.requests import AnyRequest
from services.metrics.checkpoints import gate, schedules
from services.metrics.checkpoints.gate import Gate
from services.metrics.picture import structure
from services.metrics.picture.live import LiveFigures
from services.metrics.picture.structure import TERRITORY
from services.metrics.store import results
from services.metrics.web.days import day_of
from services.metrics.web.rights import Rights

TITLES = {
    InitiativeEvent.topic: "Инициативы",
    ParticipantEvent.topic: "Регистрации",
    AppointmentEvent.topic: "Планы и сроки",
    StructureEvent.topic: "Состав региона",
}


@dataclass(frozen=True, slots=True)
class Behind:
    """Data of one kind, and up to when all of them have come; None: nobody has said it yet."""

    title: str
    until: datetime | None


@get("/region/waiting", include_in_schema=False)
async def waiting(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    figures: NamedDependency[LiveFigures],
    pool: NamedDependency[Pool],
    rights: NamedDependency[Rights],
    municipality: FromQuery[str],
    day: FromQuery[str | None] = None,
) -> Response[str]:
    """What a municipality's results of a day wait for; of any day by default."""
    await rights.check_staff(request, [municipality])
    wanted = None if day is None else day_of(day)
    async with pool.acquire() as db:
        found = await results.waiting(db, figures.campaign_id, [municipality])
        seen = await gate.look(db)
        counts = wanted is None or await _counts(db, figures.campaign_id, municipality, wanted)
    waits = [each for each in found if wanted in (None, each.name.day)]
    return pages.render(
        request,
        "region_waiting.html",
        waits=bool(waits),
        counts=counts,
        behind=behind(seen, {stream for each in waits for stream in each.streams}),
        zone=str(figures.zone),
    )


async def _counts(db: Db, campaign: str, municipality: str, day: date) -> bool:
    """Whether a day counts for a municipality at all: whoever came after it has no result of it."""
    known = await structure.draw(db, TERRITORY)
    found = (await schedules.draw(db)).checkpoints(known)
    return any(
        (each.campaign, each.municipality, each.day) == (campaign, municipality, day) for each in found
    )


def behind(seen: Gate, streams: set[str]) -> list[Behind]:
    """By kind of data, as its stream that is furthest behind has them."""
    found: dict[str, list[datetime | None]] = {}
    for called in sorted(streams):
        topic, _, partition = called.rpartition("/")
        found.setdefault(topic, []).append(seen.watermarks.get(Stream(topic, int(partition))))
    return [Behind(TITLES[topic], _earliest(moments)) for topic, moments in found.items()]


def _earliest(moments: list[datetime | None]) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return min(known) if len(known) == len(moments) else None
