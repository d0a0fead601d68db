"""Reading Rosstat's classifier."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.structure import MunicipalityKind as Kind
from services.chassis.tables.rows import BadFile, BadRow
from services.hierarchy.core.domain.names import full_name
from services.hierarchy.imports.domain import oktmo
from services.hierarchy.imports.domain.oktmo import Unit, check_digit
from tests.hierarchy.tables import table

Read = Callable[[str], bytes]

SHARED = Path(__file__).parents[3] / "../shared/data/oktmo/south_utf8.csv"
COUNTS = {
    "79": (9, 51),
    "85": (14, 113),
    "03": (44, 382),
    "12": (13, 163),
    "18": (38, 437),
    "60": (55, 408),
}


def row(code: str, name: str) -> str:
    return f"{code};{check_digit(code)};{name};"


def read(*rows: str) -> tuple[Unit, ...]:
    return oktmo.parse(table("\n".join(rows)), "13")


def problems_of(*rows: str) -> list[BadRow]:
    with pytest.raises(BadFile) as refusal:
        read(*rows)
    return list(refusal.value.rows)


def test_kinds_come_from_headings_and_districts_from_codes(file: Read) -> None:
    units = {unit.code: unit for unit in oktmo.parse(table(file("classifier_utf8.csv")), "13")}

    assert len(units) == 15
    assert units["13605000"] == Unit(
        "13605000", "Берёзовский муниципальный район", Kind.MUNICIPAL_DISTRICT, None
    )
    assert units["13605155"] == Unit(
        "13605155", "Каменское городское поселение", Kind.URBAN_SETTLEMENT, "13605000"
    )
    assert units["13610404"] == Unit(
        "13610404", "Дальнее сельское поселение", Kind.RURAL_SETTLEMENT, "13610000"
    )
    assert units["13501000"] == Unit("13501000", "Приозёрный муниципальный округ", Kind.MUNICIPAL_OKRUG, None)
    assert units["13701000"] == Unit("13701000", "Городской округ город Заречный", Kind.URBAN_OKRUG, None)


def test_both_encodings_say_the_same(file: Read) -> None:
    in_utf8 = oktmo.parse(table(file("classifier_utf8.csv")), "13")

    assert oktmo.parse(table(file("classifier_1251.csv")), "13") == in_utf8
    assert oktmo.parse(table(b"\xef\xbb\xbf" + file("classifier_utf8.csv")), "13") == in_utf8


def test_another_region_of_the_same_file_is_not_read(file: Read) -> None:
    units = oktmo.parse(table(file("classifier_utf8.csv")), "16")

    assert [unit.code for unit in units] == ["16605000", "16605404"]


def test_the_same_name_in_two_districts_is_two_municipalities(file: Read) -> None:
    units = oktmo.parse(table(file("classifier_utf8.csv")), "13")

    far_ones = [unit.code for unit in units if unit.name == "Дальнее сельское поселение"]
    assert far_ones == ["13605408", "13610404"]


def test_what_lies_between_settlements_is_no_municipality(file: Read) -> None:
    units = oktmo.parse(table(file("classifier_utf8.csv")), "13")

    assert "13610701" not in {unit.code for unit in units}


def test_every_bad_row_is_named_with_its_line(file: Read) -> None:
    with pytest.raises(BadFile) as refusal:
        oktmo.parse(table(file("classifier_broken.csv")), "13")

    assert [row.line for row in refusal.value.rows] == [8, 9, 10, 11, 14, 17, 24, 25]
    wrong = refusal.value.rows[1].why
    assert (wrong.slug, wrong.facts["right"], wrong.facts["found"]) == ("row-check-digit", 7, "8")


def test_a_settlement_without_its_district_is_refused() -> None:
    [problem] = problems_of(row("13600000", "Муниципальные районы"), row("13605404", "- Дальнее"))

    assert (problem.line, problem.why.slug) == (2, "row-orphan")


def test_an_okrug_contains_no_settlements() -> None:
    [problem] = problems_of(
        row("13700000", "Городские округа/"),
        row("13705000", "- город Заречный"),
        row("13705404", "- Дальнее"),
    )

    assert problem.line == 3


def test_a_kind_that_nothing_says_is_refused() -> None:
    [problem] = problems_of(row("13405000", "- Дальнее"))

    assert (problem.line, problem.why.slug) == (1, "row-kind-unknown")


def test_a_region_that_is_not_in_the_file_is_refused(file: Read) -> None:
    with pytest.raises(BadFile) as refusal:
        oktmo.parse(table(file("classifier_utf8.csv")), "79")

    [problem] = refusal.value.rows
    assert (problem.why.slug, problem.why.facts["held"]) == ("row-region", "13, 16")


def test_districts_of_a_big_city_belong_to_its_okrug() -> None:
    units = read(
        row("13700000", "Городские округа с внутригородским делением/"),
        row("13701000", "- город Заречный"),
        row("13701300", "Внутригородские районы городского округа город Заречный/"),
        row("13701305", "- Железнодорожный"),
    )

    assert units[1] == Unit("13701305", "Железнодорожный внутригородской район", Kind.INNER_CITY, "13701000")


@pytest.mark.parametrize(
    ("code", "digit"),
    [("79000000", 3), ("79605402", 9), ("79701000", 7), ("03613404", 0), ("12630441", 7)],
)
def test_the_check_digit_is_the_classifiers_own(code: str, digit: int) -> None:
    assert check_digit(code) == digit


@pytest.mark.parametrize(
    ("kind", "name", "full"),
    [
        (Kind.RURAL_SETTLEMENT, "Гиагинское", "Гиагинское сельское поселение"),
        (Kind.RURAL_SETTLEMENT, "Дальнее", "Дальнее сельское поселение"),
        (Kind.RURAL_SETTLEMENT, "Усть-Каменское", "Усть-Каменское сельское поселение"),
        (Kind.RURAL_SETTLEMENT, "село Садовое", "Сельское поселение село Садовое"),
        (Kind.RURAL_SETTLEMENT, "cело Малый Арал", "Сельское поселение село Малый Арал"),
        (Kind.RURAL_SETTLEMENT, "Луговской сельсовет", "Сельское поселение Луговской сельсовет"),
        (Kind.RURAL_SETTLEMENT, "им М. Горького", "Сельское поселение имени М. Горького"),
        (Kind.RURAL_SETTLEMENT, "сельское поселение Заря", "Сельское поселение Заря"),
        (Kind.URBAN_SETTLEMENT, "Яблоновское", "Яблоновское городское поселение"),
        (Kind.URBAN_SETTLEMENT, "Петров Вал", "Городское поселение Петров Вал"),
        (Kind.URBAN_OKRUG, "город Майкоп", "Городской округ город Майкоп"),
        (Kind.URBAN_OKRUG, "ЗАТО Звёздный", "Городской округ ЗАТО Звёздный"),
        (Kind.URBAN_OKRUG, "Волчанский", "Волчанский городской округ"),
        (Kind.MUNICIPAL_OKRUG, "Верхний Услон", "Муниципальный округ Верхний Услон"),
        (Kind.MUNICIPAL_DISTRICT, "Лесной муниципальный район", "Лесной муниципальный район"),
    ],
)
def test_full_names_are_grammatical(kind: Kind, name: str, full: str) -> None:
    assert full_name(kind, name) == full


@pytest.mark.skipif(not SHARED.exists(), reason="the published classifier is not beside the project")
@pytest.mark.parametrize(("region", "counts"), COUNTS.items())
def test_the_published_classifier_is_read_whole(region: str, counts: tuple[int, int]) -> None:
    units = oktmo.parse(table(SHARED.read_bytes()), region)

    upper = sum(unit.parent is None for unit in units)
    assert (upper, len(units) - upper) == counts
    assert all(unit.name[0].isupper() and "- " not in unit.name for unit in units)
