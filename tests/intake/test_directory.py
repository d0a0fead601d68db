"""What intake knows of the region's municipalities and organizations."""

import pytest

from contracts.structure import OrganizationDefined
from services.chassis.errors import Invalid
from services.directory.region import Picture
from services.intake.core import choices
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

    found = choices.municipalities(picture, "о")

    assert [option.name for option in found] == ["Округ"]
    (school,) = picture.find(OKRUG, "школа")
    picture.check_organization(school.id, OKRUG)


def test_whoever_registered_before_goes_on_with_their_organization() -> None:
    (school,) = transformed().organizations

    transformed().check_organization(school, SETTLEMENT)


def region_of_schools() -> Picture:
    """Schools of two municipalities, with numbers that are parts of one another."""
    municipalities = [
        define_municipality(DISTRICT, "Сосновский район"),
        define_municipality(SETTLEMENT, "Ёлкинское поселение", DISTRICT),
        define_municipality(OKRUG, "Округ Воленск"),
    ]
    schools = [
        define_organization("2", DISTRICT, place=SETTLEMENT),
        define_organization("12", OKRUG),
        define_organization("22", OKRUG, name="Больница «Воленская»"),
        define_organization("32", OKRUG, name="Закрытая школа", closed=True),
    ]
    return Picture(
        municipalities={m.code: m for m in municipalities}, organizations={o.id: o for o in schools}
    )


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("школа", ["Школа № 12", "Школа № 2"]),
        ("школа 2", ["Школа № 2"]),
        ("ШКОЛА №2", ["Школа № 2"]),
        ("школа волен", ["Школа № 12"]),
        ("волен", ["Больница «Воленская»", "Школа № 12"]),
        ("елкин", ["Школа № 2"]),
        ("«больница»", ["Больница «Воленская»"]),
        ("закрытая", []),
        ("", []),
        ("%_ \0 «»", []),
        ("о" * 10_000, []),
    ],
)
def test_a_workplace_is_found_by_words_of_its_name_and_place(part: str, found: list[str]) -> None:
    assert [option.name for option in choices.workplaces(region_of_schools(), part)] == found


def test_a_workplace_says_where_it_stands_and_whose_it_is() -> None:
    (school,) = choices.workplaces(region_of_schools(), "школа 2")

    assert school.hint == "Ёлкинское поселение, Сосновский район"


@pytest.mark.parametrize(
    ("part", "found"),
    [("сосн", ["Сосновский район", "Ёлкинское поселение"]), ("ёлк", ["Ёлкинское поселение"]), ("x", [])],
)
def test_a_municipality_is_found_by_its_name_and_then_by_its_district(part: str, found: list[str]) -> None:
    assert [option.name for option in choices.municipalities(region_of_schools(), part)] == found
