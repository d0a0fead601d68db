"""How open texts are shown: states and dates in words, addresses of lists and of the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.directory.region import Picture
from services.intake.published.reading import Line

HERE = "/open"

Status: Final = InitiativeStatus
STATUSES: Mapping[InitiativeStatus, str] = {
    Status.SUBMITTED: "Принята",
    Status.ACCEPTED: "Принята",
    Status.DETERMINED: "Определена",
    Status.PUT_FORWARD: "Выдвинута",
}
"""In these alone texts are open."""

COLOURS: Mapping[InitiativeStatus, str] = {
    Status.SUBMITTED: "info",
    Status.ACCEPTED: "info",
    Status.DETERMINED: "good",
    Status.PUT_FORWARD: "good",
}


@dataclass(frozen=True, slots=True)
class Row:
    """An initiative in a list."""

    number: int
    title: str
    place: str
    direction: str
    status: str
    colour: str
    published_at: datetime
    href: str


def rows(picture: Picture, campaign: CampaignDefined, lines: Sequence[Line]) -> list[Row]:
    """A portion in words."""
    directions = names_of(campaign)
    return [
        Row(
            number=one.listed.number,
            title=one.title,
            place=picture.name_of(one.listed.place),
            direction=directions.get(one.listed.direction, ""),
            status=STATUSES[one.listed.status],
            colour=COLOURS[one.listed.status],
            published_at=one.listed.published_at,
            href=address_of(one.listed.number),
        )
        for one in lines
    ]


def names_of(campaign: CampaignDefined) -> dict[str, str]:
    """The directions by their codes."""
    return {direction.code: direction.name for direction in campaign.directions}


def address_of(number: int) -> str:
    """The page of an initiative: the number is what people know."""
    return f"{HERE}/initiatives/{number}"


def list_of(code: str = "", **query: str) -> str:
    """The list of the region or of a municipality, narrowed."""
    given = {name: value for name, value in query.items() if value}
    place = f"/{code}" if code else ""
    return f"{HERE}{place}" + (f"?{urlencode(given)}" if given else "")


def feed_of(code: str = "", after: str = "") -> str:
    """The feed of the region or of a municipality."""
    place = f"/{code}" if code else ""
    return f"{HERE}{place}/feed.atom" + (f"?{urlencode({'after': after})}" if after else "")
