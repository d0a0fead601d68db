"""Loading the region, as far as it takes no installation."""

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
    commands: list[tuple[str, ...]] = []
    campaigns = []

    def run(service: str, command: str, file: str, *words: str) -> int:
        commands.append((service, command, Path(file).name, *words))
        if command == "open-campaign":
            campaigns.append(yaml.safe_load(Path(file).read_text("utf-8")))
        return 0

    assert region.load("http://hierarchy", run) == 0
    years = [str(year) for year in region.years_of(campaigns[0])]
    assert commands == [
        ("hierarchy", "import-municipalities", "oktmo.csv", "--region", "13"),
        ("hierarchy", "import-population", "population.csv"),
        ("hierarchy", "import-smos", "smos.yaml"),
        ("hierarchy", "import-organizations", "organizations.csv"),
        ("hierarchy", "calendar-by-law", *years),
        ("hierarchy", "open-campaign", "campaign.yaml"),
    ]
    assert years, "those that the campaign touches"
    assert (campaigns[0]["last_day"] - campaigns[0]["first_day"]).days == 45


def test_the_first_command_that_fails_ends_the_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region, "open_campaign", lambda _: None)
    commands: list[str] = []

    def run(service: str, command: str, *words: str) -> int:
        commands.append(command)
        return 3 if command == "import-population" else 0

    assert region.load("http://hierarchy", run) == 3
    assert commands[-1] == "import-population"


def test_a_region_with_a_campaign_of_its_own_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region, "open_campaign", lambda _: "spring")

    with pytest.raises(Stopped, match="for an empty installation"):
        region.load("http://hierarchy", lambda *words: 0)
