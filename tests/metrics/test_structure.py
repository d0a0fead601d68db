"""How metrics puts municipalities under each other."""

from services.metrics.picture.structure import Structure, with_successors
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality


def test_what_was_transformed_is_a_part_of_its_successor_with_all_that_it_contained() -> None:
    known = (
        define_municipality(SETTLEMENT, "Поселение", DISTRICT),
        define_municipality(DISTRICT, "Район"),
        define_municipality(OKRUG, "Округ").model_copy(update={"successor_of": [DISTRICT]}),
    )

    structure = Structure(municipalities=with_successors({each.code: each for each in known}))

    assert [municipality.name for municipality in structure.upper_tier] == ["Округ"]
    assert structure.with_settlements(OKRUG) == [OKRUG, SETTLEMENT, DISTRICT]


def test_a_settlement_that_joined_another_is_a_part_of_their_district() -> None:
    other = SETTLEMENT[:-1] + "9"
    known = (
        define_municipality(DISTRICT, "Район"),
        define_municipality(SETTLEMENT, "Поселение", DISTRICT),
        define_municipality(other, "Другое", DISTRICT).model_copy(update={"successor_of": [SETTLEMENT]}),
    )

    found = with_successors({each.code: each for each in known})

    assert {each.parent for each in found.values()} == {None, DISTRICT}
    assert found[DISTRICT].parent is None


def test_successors_in_a_ring_stand_for_themselves() -> None:
    known = (
        define_municipality(DISTRICT, "Район").model_copy(update={"successor_of": [OKRUG]}),
        define_municipality(OKRUG, "Округ").model_copy(update={"successor_of": [DISTRICT]}),
    )

    found = with_successors({each.code: each for each in known})

    assert found.keys() == {DISTRICT, OKRUG}
