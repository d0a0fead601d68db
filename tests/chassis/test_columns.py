"""What is checked by column is what each by itself would be."""

from itertools import pairwise
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.columns import are_uuids

LIKE_A_UUID = st.one_of(
    st.uuids().map(str),
    st.lists(st.sampled_from("0af-"), min_size=36, max_size=36).map("".join),
    st.permutations(str(UUID(int=0xA << 124))).map("".join),
)


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


@given(st.lists(LIKE_A_UUID, max_size=3))
def test_a_column_is_of_uuids_if_each_is_one(texts: list[str]) -> None:
    assert are_uuids(texts) == all(map(is_uuid, texts))


@given(st.integers(1, 71))
def test_parts_that_are_uuids_only_together_are_none(at: int) -> None:
    whole = f"{uuid4()}{uuid4()}"

    assert are_uuids([whole[:at], whole[at:]]) == (at == 36)


def test_dashes_too_many_too_few_or_elsewhere_make_none() -> None:
    good = str(uuid4())
    begun = [at for at, letter in enumerate(good) if letter == "-"]

    for at in range(36):
        other = good[:at] + ("0" if at in begun else "-") + good[at + 1 :]
        assert not are_uuids([good, other])
        assert not are_uuids([other, good])
    for at, after in pairwise(range(36)):
        swapped = good[:at] + good[after] + good[at] + good[after + 1 :]
        assert are_uuids([swapped]) == is_uuid(swapped)
