"""The fictional region as its files have it, and a campaign in it of which three weeks have passed."""

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deploy.demonstration import crowd, plan
from deploy.demonstration.crowd import Origin
from deploy.demonstration.plan import Act, Wanted
from deploy.demonstration.region import DATA

FIRST_DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 22, 11, 30, tzinfo=ZoneInfo("Europe/Moscow"))

Draw = Callable[..., list[Act]]


@pytest.fixture(scope="session")
def places() -> list[Origin]:
    """Where people come from, each organization with its number in the file as its id."""
    return crowd.origins(DATA, {(o["founder"], o["name"]): o["external_id"] for o in organizations()})


@pytest.fixture
def draw(places: list[Origin]) -> Draw:
    """Draws the plan of a past campaign."""

    def past(participants: int = 1500, initiatives: int = 3000, run: int = 1, seed: int = 1) -> list[Act]:
        wanted = Wanted(participants, initiatives, run, seed)
        return plan.past(wanted, DATA, places, FIRST_DAY, NOW)

    return past


def organizations() -> list[dict[str, str]]:
    """The rows of the register's file."""
    with (DATA / "organizations.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


HOUR = timedelta(hours=1)
