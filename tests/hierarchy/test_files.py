"""Reading the other files that the region's administrator brings."""

from collections.abc import Callable

import pytest

from contracts.structure import CampaignDefined
from services.chassis.errors import Conflict
from services.hierarchy.domain import campaign, organizations, population, smos
from services.hierarchy.domain.population import People
from services.hierarchy.domain.rows import BadFile
from services.hierarchy.domain.russian import search_pattern, search_text, sort_key

Read = Callable[[str], bytes]

PARENTS = {"13605000": None, "13605404": "13605000", "13605408": "13605000", "13701000": None}


def problems_of(parse: Callable[..., object], text: str, *more: object) -> list[tuple[int, str]]:
    with pytest.raises(BadFile) as refusal:
        parse(text.encode(), *more)
    return [(row.line, row.reason) for row in refusal.value.rows]


def test_an_empty_cell_of_population_is_unknown() -> None:
    people = population.parse(b"code;population;audience\n13605000;12 000;900\n13605404;;\n", PARENTS)

    assert people == {"13605000": People(12000, 900), "13605404": People(None, None)}


def test_every_bad_row_of_population_is_named() -> None:
    text = (
        "code;population;audience\n13605000;100;101\n13605404;много;1\n"
        "13605404;-5;1\n99999999;1;1\n13605408;1\n"
    )

    assert problems_of(population.parse, text, PARENTS) == [
        (2, "The audience 101 is larger than the population 100."),
        (3, "The population «много» is not a whole number."),
        (4, "The municipality 13605404 is in the file twice."),
        (4, "The population «-5» is not a whole number."),
        (5, "There is no municipality 99999999."),
        (6, "The row has 2 columns instead of 3."),
    ]


def test_a_table_without_its_header_is_refused() -> None:
    [(line, reason)] = problems_of(population.parse, "13605000;1;1\n", PARENTS)

    assert (line, reason) == (1, "The first line must be the header code;population;audience.")


def test_every_bad_organization_is_named() -> None:
    text = (
        "external_id;founder;place;name;kind;headcount\n"
        '1;13605000;13605404;"Школа ""Заря""; корпус 2";школа;40\n'
        "1;13605000;13605000;Школа;школа;40\n"
        "2;13605404;13605408;Клуб;клуб;\n"
        "3;13605000;13701000;;;сорок\n"
        "4;1;2;Сад;сад;1\n"
        '5;13605000;13605000;"Сад;сад;1\n'
    )

    assert problems_of(organizations.parse, text, PARENTS) == [
        (3, "1 of 13605000 is in the file twice."),
        (4, "The place 13605408 is neither the founder nor one of its settlements."),
        (5, "The headcount «сорок» is not a whole number."),
        (5, "The kind is empty."),
        (5, "The name is empty."),
        (5, "The place 13701000 is neither the founder nor one of its settlements."),
        (6, "There is no municipality 1 (founder)."),
        (6, "There is no municipality 2 (place)."),
        (7, "The quotation marks of this row do not match."),
    ]


def test_a_settlement_goes_with_its_district_unless_it_is_named() -> None:
    text = (
        "- {id: north, name: Север, municipalities: [13605000]}\n"
        "- {id: south, name: Юг, municipalities: [13605408]}\n"
    )

    _, members = smos.parse(text.encode(), PARENTS)

    assert members == {"13605000": "north", "13605404": "north", "13605408": "south"}


def test_all_municipalities_may_belong_to_one_smo() -> None:
    entries, members = smos.parse("- {id: smo, name: СМО, municipalities: all}".encode(), PARENTS)

    assert entries["smo"].municipalities is None
    assert members == dict.fromkeys(PARENTS, "smo")


def test_a_municipality_belongs_to_at_most_one_smo() -> None:
    text = (
        "- {id: north, name: Север, municipalities: [13605000, 77777777]}\n"
        "- id: south\n  name: Юг\n  municipalities:\n    - 13605000\n"
    )

    assert problems_of(smos.parse, text, PARENTS) == [
        (1, "There is no municipality 77777777."),
        (5, "The municipality 13605000 is already named under the SMO north."),
    ]


def test_a_campaign_is_read_as_it_is_written(file: Read) -> None:
    spring = campaign.parse(file("campaign.yaml"))

    assert spring.id == "spring-2026"
    assert [direction.code for direction in spring.directions] == ["roads", "schools"]
    assert spring.limits.text == 4000


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        ("first_day: 2026-02-14", "first_day: 2026-04-01", (5, "last_day is before first_day.")),
        ("2026-02-01", "1 февраля", (3, "prepare_from: A day is written as 2026-02-14.")),
        ("Europe/Samara", "Samara", (7, "time_zone: «Samara» is no IANA time zone.")),
        ("code: schools", "code: roads", (12, "directions: The code roads is used twice.")),
        ("figures: public", "figure: public", (1, "figures: Field required.")),
        ("name: Весенний марафон", "name:", (2, "name: String should have at least 1 character.")),
        (
            "limits: {title: 200",
            "limits: {title: 0",
            (28, "limits.title: Input should be greater than or equal to 1."),
        ),
        (
            "of: initiative",
            "of: everyone",
            (22, "classifiers.1.of: Input should be 'participant' or 'initiative'."),
        ),
        ("name: Форма", "name: Форма\n    name: Вид", (22, "«name» is given twice.")),
    ],
)
def test_a_mistake_in_a_campaign_is_named(
    file: Read, written: str, instead: str, problem: tuple[int, str]
) -> None:
    text = file("campaign.yaml").decode().replace(written, instead)

    assert problem in problems_of(campaign.parse, text)


def test_what_is_no_yaml_is_refused_with_the_line() -> None:
    assert problems_of(campaign.parse, "id: [1\nname: 2") == [
        (2, "This is not YAML: expected ',' or ']', but got ':'.")
    ]


def test_a_second_campaign_cannot_be_opened(file: Read) -> None:
    spring = campaign.parse(file("campaign.yaml"))
    other: CampaignDefined = spring.model_copy(update={"id": "autumn"}).defined(1, is_open=True)

    with pytest.raises(Conflict) as refusal:
        campaign.opened(spring, {"autumn": other})

    assert refusal.value.slug == "campaign-already-open"
    assert refusal.value.facts["id"] == "autumn"


def test_a_closed_campaign_can_be_opened_again(file: Read) -> None:
    spring = campaign.parse(file("campaign.yaml"))

    reopened = campaign.opened(spring, {spring.id: spring.defined(4, is_open=False)})

    assert reopened is not None
    assert (reopened.version, reopened.open) == (5, True)


def test_names_are_sorted_by_the_russian_alphabet() -> None:
    names = ["Жуковское", "Ёлкинское", "Еявское", "Ельское", "Школа № 10", "Школа № 9", "«Аист»"]

    assert sorted(names, key=sort_key) == [
        "«Аист»",
        "Ельское",
        "Еявское",
        "Ёлкинское",
        "Жуковское",
        "Школа № 9",
        "Школа № 10",
    ]


def test_a_search_takes_yo_for_ye_and_signs_literally() -> None:
    assert search_text("  Ёлка  и ЕЛЬ ") == "елка и ель"
    assert search_pattern("Школа 5_%") == r"%школа%5\_\%%"
