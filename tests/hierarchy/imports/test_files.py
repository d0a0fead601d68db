"""Reading the other files that the region's administrator brings."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from contracts.structure import CampaignDefined, MunicipalityKind
from services.chassis.errors import Conflict
from services.chassis.tables import sheets
from services.chassis.tables.rows import BadFile
from services.chassis.web.problems import Sentences
from services.directory.russian import search_pattern, search_text, sort_key
from services.hierarchy.imports.domain import population
from services.hierarchy.imports.domain.population import People
from services.hierarchy.territory.domain import campaign, organizations, smos
from services.hierarchy.territory.domain.structure import Municipality
from tests.hierarchy.tables import document, spreadsheet, table

Read = Callable[[str], bytes]

PARENTS = {"13605000": None, "13605404": "13605000", "13605408": "13605000", "13701000": None}
SENTENCES = Sentences("services.hierarchy")
KNOWN = {
    code: Municipality(code, name, MunicipalityKind.RURAL_SETTLEMENT, PARENTS[code], code)
    for code, name in (
        ("13605000", "Берёзовский район"),
        ("13605404", "Дальнее сельское поселение"),
        ("13605408", "Ближнее сельское поселение"),
        ("13701000", "Город Заречный"),
    )
}


def problems_of(parse: Callable[..., object], text: str, *more: object) -> list[tuple[int, str]]:
    with pytest.raises(BadFile) as refusal:
        parse((document if parse is smos.parse else table)(text), *more)
    return [(row.line, row.why.slug) for row in refusal.value.rows]


def told_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadFile) as refusal:
        campaign.parse(document(text))
    return [(row.line, SENTENCES(row.why.slug, row.why.facts)) for row in refusal.value.rows]


def test_an_empty_cell_of_population_is_unknown() -> None:
    people = population.parse(table("code;population;audience\n13605000;12 000;900\n13605404;;\n"), PARENTS)

    assert people == {"13605000": People(12000, 900), "13605404": People(None, None)}


def test_every_bad_row_of_population_is_named() -> None:
    text = "code;population;audience\n13605000;100;101\n13605404;много;1\n13605404;-5;1\n99999999;1;1\n"

    assert problems_of(population.parse, text, PARENTS) == [
        (2, "row-audience"),
        (3, "row-number"),
        (4, "row-municipality-twice"),
        (4, "row-number"),
        (5, "row-municipality"),
    ]


def test_a_table_without_its_header_is_refused() -> None:
    assert problems_of(population.parse, "13605000;1;1\n", PARENTS) == [(1, "row-header")]


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

    assert problems_of(organizations.parse, text, KNOWN) == [
        (3, "row-organization-twice"),
        (4, "row-place"),
        (5, "row-empty"),
        (5, "row-empty"),
        (5, "row-number"),
        (5, "row-place"),
        (6, "row-municipality"),
        (7, "row-quotes"),
    ]


def test_a_founders_own_table_names_places_by_name_or_not_at_all() -> None:
    text = (
        "Название;Номер;Вид;Где находится;Работников\n"
        "Школа;1;школа;дальнее  сельское поселение;12 0\nСад;2;сад;;\nКлуб;3;клуб;13605408;\n"
    )

    entries = organizations.parse(table(text), KNOWN, "13605000")

    assert [(e.identity, e.place, e.headcount) for e in entries.values()] == [
        (("13605000", "1"), "13605404", 120),
        (("13605000", "2"), "13605000", None),
        (("13605000", "3"), "13605408", None),
    ]


def test_a_founders_name_that_several_have_is_refused() -> None:
    text = "external_id;founder;name;kind\n1;Дальнее;Школа;школа\n2;Дальнее сельское поселение;Сад;сад\n"
    twins = KNOWN | {"13701404": replace(KNOWN["13605404"], code="13701404", parent="13701000")}

    assert problems_of(organizations.parse, text, twins) == [
        (2, "row-municipality"),
        (3, "row-municipality-many"),
    ]


def test_a_spreadsheet_says_the_same_as_a_table() -> None:
    head = ("code", "Население", "audience", "чьё-то примечание")
    content = spreadsheet(head, (13605000, 12000, 900, "да"), (), ("13605404", "", None, ""))

    people = population.parse(table(content), KNOWN)

    assert people == {"13605000": People(12000, 900), "13605404": People(None, None)}


def test_a_first_zero_that_a_spreadsheet_dropped_is_meant() -> None:
    content = spreadsheet(("code", "population", "audience"), (1605000, 10, 1))

    assert list(population.parse(table(content), {"01605000"})) == ["01605000"]


def test_a_bad_row_of_a_spreadsheet_is_named_by_its_line() -> None:
    content = spreadsheet(("code", "population", "audience"), (), (13605000, "много", 1))

    with pytest.raises(BadFile) as refusal:
        population.parse(table(content), KNOWN)

    assert [(row.line, row.why.slug) for row in refusal.value.rows] == [(3, "row-number")]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 and then nothing", b"\xd0\xcf\x11\xe0" + bytes(600), b"\x98\xff\x00;"]
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        population.parse(table(content), KNOWN)


def test_a_spreadsheet_that_unpacks_to_more_than_there_is_memory_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = spreadsheet(("code", "population", "audience"), *[(13605000, 1, 1)] * 500)
    monkeypatch.setattr(sheets, "LARGEST_SHEET", 5000)

    with pytest.raises(BadFile) as refusal:
        population.parse(table(content), KNOWN)

    assert [row.why.slug for row in refusal.value.rows] == ["row-spreadsheet"]


def test_a_settlement_goes_with_its_district_unless_it_is_named() -> None:
    text = (
        "- {id: north, name: Север, municipalities: [13605000]}\n"
        "- {id: south, name: Юг, municipalities: [13605408]}\n"
    )

    _, members = smos.parse(document(text), PARENTS)

    assert members == {"13605000": "north", "13605404": "north", "13605408": "south"}


def test_all_municipalities_may_belong_to_one_smo() -> None:
    entries, members = smos.parse(document("- {id: smo, name: СМО, municipalities: all}"), PARENTS)

    assert entries["smo"].municipalities is None
    assert members == dict.fromkeys(PARENTS, "smo")


def test_a_municipality_belongs_to_at_most_one_smo() -> None:
    text = (
        "- {id: north, name: Север, municipalities: [13605000, 77777777]}\n"
        "- id: south\n  name: Юг\n  municipalities:\n    - 13605000\n"
    )

    assert problems_of(smos.parse, text, PARENTS) == [
        (1, "row-municipality"),
        (5, "row-smo-taken"),
    ]


def test_a_campaign_is_read_as_it_is_written(file: Read) -> None:
    spring = campaign.parse(document(file("campaign.yaml")))

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
        ("name: Форма", "name: Форма\n    name: Вид", (22, "«name» указано дважды.")),
    ],
)
def test_a_mistake_in_a_campaign_is_named(
    file: Read, written: str, instead: str, problem: tuple[int, str]
) -> None:
    text = file("campaign.yaml").decode().replace(written, instead)

    assert problem in told_of(text)


def test_what_is_no_yaml_is_refused_with_the_line() -> None:
    assert told_of("id: [1\nname: 2") == [(2, "Это не YAML: expected ',' or ']', but got ':'.")]


def test_a_second_campaign_cannot_be_opened(file: Read) -> None:
    spring = campaign.parse(document(file("campaign.yaml")))
    other: CampaignDefined = spring.model_copy(update={"id": "autumn"}).defined(1, is_open=True)

    with pytest.raises(Conflict) as refusal:
        campaign.opened(spring, {"autumn": other})

    assert refusal.value.slug == "campaign-already-open"
    assert refusal.value.facts["id"] == "autumn"


def test_a_closed_campaign_can_be_opened_again(file: Read) -> None:
    spring = campaign.parse(document(file("campaign.yaml")))

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
