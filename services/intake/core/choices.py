"""What can be chosen in a form: organizations and municipalities by part of their name."""

from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from contracts.structure import CampaignDefined, Classifier, OrganizationDefined
from services.chassis.web.forms import Form, Option, uuid_of
from services.directory.region import Picture, search

SHOWN = 12
SHOWN_ELSEWHERE = 5

NONE_CHOSEN = UUID(int=0)
"""Stands for a name that was typed and not chosen from the list: no organization has this id."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: in the municipality itself, and otherwise where it would be."""

    options: list[Option]
    elsewhere: list[Option]
    more: bool = False
    asked: bool = False
    within: bool = False


def classifier(campaign: CampaignDefined | None, code: str) -> Classifier | None:
    """What a campaign asks of participants or initiatives, by its code; it may ask nothing of the kind."""
    return next((c for c in campaign.classifiers if c.code == code), None) if campaign else None


def name_of(campaign: CampaignDefined | None, classifier_code: str, value: str) -> str:
    """The name of a classifier's value, or nothing where the campaign has none."""
    asked = classifier(campaign, classifier_code)
    return next((term.name for term in asked.values if term.code == value), "") if asked else ""


def workplaces(picture: Picture, part: str) -> list[Option]:
    """The organizations of the whole region by part of their name or place, one more than are shown."""
    found = search(picture.workplaces, part, SHOWN + 1)
    return [Option(str(o.id), o.name, ", ".join(picture.places_of(o))) for o in found]


def municipalities(picture: Picture, part: str) -> list[Option]:
    """The municipalities by part of their name or district, one more than are shown."""
    found = search(picture.present, part, SHOWN + 1)
    return [Option(m.code, m.name, picture.name_of(m.parent)) for m in found]


def organizations(picture: Picture, municipality: str, part: str, chosen: str = "") -> Found:
    """The organizations of a municipality by part of their name, with the chosen one among them."""
    known = municipality in picture.municipalities
    matching = picture.find(municipality, part, SHOWN + 1) if known else []
    options = [_option(picture, organization) for organization in matching[:SHOWN]]
    if chosen and chosen not in {option.code for option in options}:
        options = [*_chosen(picture, chosen), *options]
    others = [] if options or not part else _elsewhere(picture, municipality, part)
    return Found(options, others, len(matching) > SHOWN, bool(part), known)


def found(picture: Picture, municipality: str, form: Form) -> Found:
    """What stands under the search in a form: what was searched for, or else only what is chosen."""
    part, chosen = form.of("organization_q"), form.of("organization")
    if part or "find" in form.values:
        return organizations(picture, municipality, part, chosen)
    return Found(_chosen(picture, chosen), [])


def found_municipalities(picture: Picture, form: Form) -> Found:
    """What stands under the search for a municipality, with the chosen one among what was found."""
    part, chosen = form.of("municipality_q"), form.of("municipality")
    options = municipalities(picture, part)
    more, options = len(options) > SHOWN, options[:SHOWN]
    if chosen in picture.municipalities and chosen not in {option.code for option in options}:
        options = [Option(chosen, picture.name_of(chosen)), *options]
    return Found(options, [], more, bool(part))


def organization_of(form: Form) -> UUID | None:
    """The organization that was chosen in a form."""
    chosen = form.values.get("organization")
    if chosen is None and form.of("organization_q"):
        return NONE_CHOSEN
    return (uuid_of(chosen) or NONE_CHOSEN) if chosen else None


def _chosen(picture: Picture, chosen: str) -> list[Option]:
    organization = picture.organizations.get(uuid_of(chosen) or NONE_CHOSEN)
    return [_option(picture, organization)] if organization and not organization.closed else []


def _elsewhere(picture: Picture, municipality: str, part: str) -> list[Option]:
    here = picture.municipalities.get(municipality)
    district = here.parent if here else None
    others = (code for code in picture.searchable if code != municipality)
    founders = sorted(others, key=lambda code: code != district)
    matching = (o for code in founders for o in picture.find(code, part, SHOWN_ELSEWHERE))
    return [Option(str(o.id), o.name, picture.name_of(o.founder)) for o in islice(matching, SHOWN_ELSEWHERE)]


def _option(picture: Picture, organization: OrganizationDefined) -> Option:
    place = "" if organization.place == organization.founder else picture.name_of(organization.place)
    return Option(str(organization.id), organization.name, place)
