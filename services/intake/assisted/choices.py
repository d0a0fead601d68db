"""What can be chosen where somebody is entered for: whose people they are, and who was found."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.errors import Invalid
from services.chassis.web.forms import Option, uuid_of
from services.directory.grants import Staff
from services.directory.region import Picture, alphabet
from services.directory.subordination import Subordination
from services.intake.assisted.domain import Found
from services.intake.assisted.reach import level_for, theirs
from services.intake.core.authority import Deed, places_of


def whose(by: Staff, known: Subordination, at: datetime) -> list[Option]:
    """For whose people somebody may enter, as «municipality/organization», with the place beside."""
    found = []
    for place in sorted(places_of(by, Deed.ENTER)):
        name, picture = known.picture.name_of(place), known.picture
        own = [picture.organizations[id_] for id_ in theirs(by, known, place, at)]
        found += [
            Option(f"{place}/{o.id}", o.name, name) for o in sorted(own, key=lambda o: alphabet(o.name))
        ]
        if level_for(by, known, place, None, at):
            found.append(Option(f"{place}/", "Без организации", name))
    return found


def place_of(chosen: str) -> tuple[str, UUID | None]:
    """The municipality and the organization that were chosen. Raises Invalid."""
    place, slash, organization = chosen.partition("/")
    if not slash:
        raise Invalid("whose-not-chosen", field="whose")
    return place, uuid_of(organization)


def people(picture: Picture, found: Sequence[Found]) -> list[Option]:
    """Those who were found, with where they work and their masked address beside."""
    return [Option(str(one.id), one.name or one.email_masked, _beside(picture, one)) for one in found]


def _beside(picture: Picture, one: Found) -> str:
    organization = picture.organizations.get(one.organization) if one.organization else None
    known = (organization.name if organization else "", one.email_masked if one.name else "")
    return ", ".join(filter(None, known))
