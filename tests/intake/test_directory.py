"""What intake knows of the region's organizations."""

import pytest

from contracts.structure import OrganizationDefined
from services.chassis.errors import Invalid
from services.intake.directory import Picture
from tests.factories import OKRUG, define_organization

HEIR = define_organization("1", OKRUG)
CLOSED = define_organization("2", OKRUG, closed=True, successor=HEIR.id)
CLOSED_BEFORE = define_organization("3", OKRUG, closed=True, successor=CLOSED.id)
ALONE = define_organization("4", OKRUG, closed=True)
IN_A_RING = define_organization("5", OKRUG, closed=True, successor=define_organization("5", OKRUG).id)


@pytest.mark.parametrize(
    ("organization", "slug", "successor"),
    [
        (CLOSED, "organization-replaced", HEIR.name),
        (CLOSED_BEFORE, "organization-replaced", HEIR.name),
        (ALONE, "organization-closed", None),
        (IN_A_RING, "organization-closed", None),
    ],
)
def test_a_closed_organization_is_refused_with_its_open_successor(
    organization: OrganizationDefined, slug: str, successor: str | None
) -> None:
    known = {each.id: each for each in (HEIR, CLOSED, CLOSED_BEFORE, ALONE, IN_A_RING)}

    with pytest.raises(Invalid) as refusal:
        Picture(organizations=known).check_organization(organization.id, OKRUG)

    assert refusal.value.slug == slug
    assert refusal.value.facts.get("successor") == successor
