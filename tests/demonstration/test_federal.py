"""The federal platform's list of the fictional region: 40 differences from ours, by number."""

import csv
import io
from datetime import date

import yaml

from deploy.demonstration.federal import table
from deploy.demonstration.region import DATA

WANTED = yaml.safe_load((DATA / "federal.yaml").read_text("utf-8"))
TODAY = date(2026, 11, 29)


def listed(ours: dict[str, list[int]]) -> list[dict[str, str]]:
    text = table(ours, WANTED, TODAY).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_forty_differ() -> None:
    ours = {"13603000": list(range(1, 61)), "13702000": list(range(61, 81))}

    rows = listed(ours)

    here = {str(number) for numbers in ours.values() for number in numbers}
    there = {row["Наш номер"] for row in rows if row["Наш номер"]}
    foreign = [row for row in rows if not row["Наш номер"]]
    assert len(here - there) + len(foreign) == 40
    assert there < here
    assert len({row["ID"] for row in rows}) == len(rows)
    assert {row["Муниципалитет"] for row in rows} == set(ours)


def test_few_that_are_put_forward_are_all_left_out() -> None:
    rows = listed({"13603000": [1, 2, 3]})

    assert [row["Наш номер"] for row in rows] == [""] * 20


def test_its_columns_are_those_of_its_head() -> None:
    assert set(WANTED["columns"].values()) == set(WANTED["head"])
