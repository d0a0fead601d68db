"""Load the fictional region by hierarchy's own commands."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import yaml

from deploy.demonstration.addresses import Run
from deploy.demonstration.stopped import Stopped

DATA = Path(__file__).parent
REGION = "13"

IMPORTS = (
    ("import-municipalities", "oktmo.csv", "--region", REGION),
    ("import-population", "population.csv"),
    ("import-smos", "smos.yaml"),
    ("import-organizations", "organizations.csv"),
)


def load(hierarchy: str, run: Run) -> int:
    """Load region and campaign, with the campaign's days around today; 0, or the code of what failed.

    Nothing is done if the campaign is open already. Raises Stopped if another one is.
    """
    template = _template()
    opened = open_campaign(hierarchy)
    if opened == template["id"]:
        print(f"Campaign {opened} is loaded already; nothing was done.")
        return 0
    if opened is not None:
        raise Stopped(f"Campaign {opened} is open here: the demonstration is for an empty installation.")
    for command, file, *words in IMPORTS:
        if code := run("hierarchy", command, str(DATA / file), *words):
            return code
    return _open(template, run, datetime.now(ZoneInfo(template["time_zone"])).date())


def campaign_id() -> str:
    """The id of the demonstration's campaign."""
    return str(_template()["id"])


def _template() -> dict[str, Any]:
    template: dict[str, Any] = yaml.safe_load((DATA / "campaign.yaml").read_text("utf-8"))
    return template


def open_campaign(hierarchy: str) -> str | None:
    """The id of the campaign that is open, if any. Raises Stopped if hierarchy does not say."""
    try:
        answer = httpx2.get(f"{hierarchy}/api/v1/campaigns/current", timeout=30, trust_env=False)
    except httpx2.HTTPError as error:
        raise Stopped(f"hierarchy does not answer at {hierarchy}: {error!r}") from error
    if answer.status_code == 404:
        return None
    if answer.status_code != 200:
        raise Stopped(f"hierarchy answers {answer.status_code} at {hierarchy}: {answer.text}")
    return str(answer.json()["id"])


def dated(template: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The campaign with days instead of offsets from today."""
    days = {name: today + timedelta(days=offset) for name, offset in template["days"].items()}
    return {name: value for name, value in template.items() if name != "days"} | days


def years_of(campaign: Mapping[str, Any]) -> list[int]:
    """The years that the days of a campaign touch, and the next: what is promised on the last of them may end
    after 31 December."""
    return list(range(campaign["prepare_from"].year, campaign["close_until"].year + 2))


def _open(template: Mapping[str, Any], run: Run, today: date) -> int:
    """Open the campaign. A year whose calendar is not known yet is entered by the law alone, and shown so:
    around the present day the demonstration reaches into years that have no decree."""
    campaign = dated(template, today)
    if code := run("hierarchy", "calendar-by-law", *map(str, years_of(campaign))):
        return code
    with TemporaryDirectory() as folder:
        file = Path(folder) / "campaign.yaml"
        file.write_text(yaml.safe_dump(campaign, allow_unicode=True), "utf-8")
        return run("hierarchy", "open-campaign", str(file))
