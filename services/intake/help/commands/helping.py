"""What several commands of help share: a request of one's line, its letters, what is told of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level, Step
from contracts.help import HelpEvent, HelpStatus
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import Forbidden, NotFound
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.directory.working_time import UnknownYear, add
from services.intake.core.authority import Deed, places_of
from services.intake.core.domain import check_days
from services.intake.help.domain.requests import Request
from services.intake.help.reading import line_of
from services.intake.help.store import requests
from services.intake.participants.digests import Stops

ROOM = "services.intake.help"


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a request stands from now on."""

    id: UUID
    status: HelpStatus


async def of_line(db: Db, known: Subordination, by: Staff, id_: UUID, now: datetime) -> tuple[Request, Level]:
    """A request that somebody's line has, not locked, and at which level they help. Raises NotFound."""
    places = places_of(by, Deed.HELP)
    await tenancy.see(db, *places)
    request = await requests.one_of(db, places, id_)
    if level := line_of(known, request, now).level_of(by.grants):
        return request, level
    raise NotFound("help-unknown")


def check_holder(request: Request, by: Staff) -> None:
    """Raises Forbidden for who has not taken it, as long as somebody has."""
    if request.holder and request.holder.account != by.account:
        raise Forbidden("help-of-another")


def promised(known: Subordination, municipality: str, now: datetime) -> datetime | None:
    """By when help is promised; unknown where no calendar says when people work."""
    rule = known.rule(municipality, Step.HELP, now)
    try:
        return add(rule.schedule, now, rule.minutes)
    except UnknownYear:
        return None


async def step(db: Db, picture: Picture, request: Request, kind: type[HelpEvent], now: datetime) -> None:
    """Store a locked request as it is from now on, and tell of it. Raises Conflict outside the days."""
    campaign = picture.campaign(request.campaign)
    check_days(campaign, now, campaign.close_until)
    await keep(db, picture, request, kind)


async def keep(db: Db, picture: Picture, request: Request, kind: type[HelpEvent]) -> None:
    """The same on any day: what ends by itself."""
    await requests.save(db, request)
    await outbox.publish(db, request.event(kind, picture.campaign(request.campaign)))
    if request.executor is None:
        # A letter to an executor that still waits would bring a link that opens nothing.
        await letters.drop(db, request.id)


async def write_to_author(
    db: Db, stops: Stops, request: Request, address: str, name: str, now: datetime
) -> None:
    """Write to its author, if they want letters and there is an address."""
    author = request.participant_id
    if not address or author is None:
        return
    site = stops.site
    written = text(
        ROOM,
        name,
        url=f"{site}/initiatives/help/{request.id}",
        settings=f"{site}/me/letters",
        stop=stops.url(author),
    )
    await letters.write(db, Letter(address, *written, "help", author, headers=stops.headers(author)), now)
