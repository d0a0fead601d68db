"""What intake knows of the region's municipalities and organizations."""

import pytest

from contracts.structure import OrganizationDefined
from services.chassis.errors import Invalid
from services.intake.core import choices
from services.intake.core.region import Picture
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality, define_organization

SUCCESSOR = define_organization("1", OKRUG)
CLOSED = define_organization("2", OKRUG, closed=True, successor=SUCCESSOR.id)
CLOSED_BEFORE = define_organization("3", OKRUG, closed=True, successor=CLOSED.id)
ALONE = define_organization("4", OKRUG, closed=True)
IN_A_RING = define_organization("5", OKRUG, closed=True, successor=define_organization("5", OKRUG).id)


@pytest.mark.parametrize(
    ("organization", "slug", "successor"),
    [
        (CLOSED, "organization-replaced", SUCCESSOR.name),
        (CLOSED_BEFORE, "organization-replaced", SUCCESSOR.name),
        (ALONE, "organization-closed", None),
        (IN_A_RING, "organization-closed", None),
    ],
)
def test_a_closed_organization_is_refused_with_its_open_successor(
    organization: OrganizationDefined, slug: str, successor: str | None
) -> None:
    known = {each.id: each for each in (SUCCESSOR, CLOSED, CLOSED_BEFORE, ALONE, IN_A_RING)}

    with pytest.raises(Invalid) as refusal:
        Picture(organizations=known).check_organization(organization.id, OKRUG)

    assert refusal.value.slug == slug
    assert refusal.value.facts.get("successor") == successor


def transformed() -> Picture:
    """The settlement became part of its district, and that of the okrug."""
    known = (
        define_municipality(SETTLEMENT, "Поселение", DISTRICT),
        define_municipality(DISTRICT, "Район").model_copy(update={"successor_of": [SETTLEMENT]}),
        define_municipality(OKRUG, "Округ").model_copy(update={"successor_of": [DISTRICT]}),
    )
    school = define_organization("6", SETTLEMENT)
    return Picture(
        municipalities={each.code: each for each in known},
        organizations={school.id: school},
        searchable={SETTLEMENT: [("школа № 6", school)]},
    )


def test_a_transformed_municipality_is_refused_with_its_successor() -> None:
    with pytest.raises(Invalid) as refusal:
        transformed().municipality(SETTLEMENT)

    assert refusal.value.slug == "municipality-replaced"
    assert refusal.value.facts == {"name": "Поселение", "successor": "Округ"}


def test_only_the_successor_is_offered_with_the_organizations_from_before() -> None:
    picture = transformed()

    (group,) = choices.municipalities(picture)

    assert [option.name for option in group.options] == ["Округ"]
    (school,) = picture.find(OKRUG, "школа")
    picture.check_organization(school.id, OKRUG)


def test_whoever_registered_before_goes_on_with_their_organization() -> None:
    (school,) = transformed().organizations

    transformed().check_organization(school, SETTLEMENT)
