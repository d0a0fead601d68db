"""What can be chosen in the form of a question: where somebody works or lives, and themes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.chassis.web.forms import Option, uuid_of
from services.directory.region import Picture, search

SHOWN = 12

NOWHERE = UUID(int=0)
"""No organization has this id."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody asks: a municipality, and the organization that led to it."""

    municipality: str
    organization: UUID | None = None


def place_of(picture: Picture, query: Mapping[str, str]) -> Place | None:
    """What an address says, as far as it is still there; its successor where it is not."""
    asked = uuid_of(query.get("organization", ""))
    if asked and (found := picture.organizations.get(asked)):
        organization = picture.successor_of(found) if found.closed else found
        if organization:
            return Place(picture.home_of(organization), organization.id)
    code = query.get("municipality", "")
    return Place(picture.successors.get(code, code)) if code in picture.municipalities else None


def workplaces(picture: Picture, part: str) -> list[Option]:
    """The organizations of the whole region by part of their name or place, one more than are shown."""
    found = search(picture.workplaces, part, SHOWN + 1)
    return [Option(str(o.id), o.name, ", ".join(picture.places_of(o))) for o in found]


def municipalities(picture: Picture, part: str) -> list[Option]:
    """The municipalities by part of their name or district, one more than are shown."""
    found = search(picture.present, part, SHOWN + 1)
    return [Option(m.code, m.name, picture.name_of(m.parent)) for m in found]
