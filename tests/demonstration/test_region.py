"""Loading the region, as far as it takes no installation."""

import shlex
from datetime import date
from pathlib import Path

import pytest
import yaml

from deploy.demonstration import region
from deploy.demonstration.stopped import Stopped


def test_the_days_are_counted_from_today() -> None:
    template = {"id": "a", "days": {"first_day": -20, "last_day": 25}}

    made = region.dated(template, date(2026, 3, 22))

    assert made == {"id": "a", "first_day": date(2026, 3, 2), "last_day": date(2026, 4, 16)}


def test_everything_is_loaded_in_order_by_hierarchys_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region, "open_campaign", lambda _: None)
    commands: list[list[str]] = []
    campaigns = []

    def run(service: str, command: str, script: str) -> int:
        assert (service, command) == ("hierarchy", "script")
        commands.extend(map(shlex.split, Path(script).read_text("utf-8").splitlines()))
        campaigns.append(yaml.safe_load(Path(commands[-1][1]).read_text("utf-8")))
        return 0

    assert region.load("http://hierarchy", run) == 0
    years = [str(year) for year in region.years_of(campaigns[0])]
    assert years, "those that the campaign touches"
    assert [[word, *(Path(other).name for other in others)] for word, *others in commands] == [
        ["import-municipalities", "oktmo.csv", "--region", "13"],
        ["import-population", "population.csv"],
        ["import-smos", "smos.yaml"],
        ["import-organizations", "organizations.csv"],
        ["calendar-by-law", *years],
        ["open-campaign", "campaign.yaml"],
    ]
    assert (campaigns[0]["last_day"] - campaigns[0]["first_day"]).days == 45


def test_what_fails_ends_the_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region, "open_campaign", lambda _: None)

    assert region.load("http://hierarchy", lambda *words: 3) == 3


def test_a_region_with_a_campaign_of_its_own_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region, "open_campaign", lambda _: "spring")

    with pytest.raises(Stopped, match="for an empty installation"):
        region.load("http://hierarchy", lambda *words: 0)
