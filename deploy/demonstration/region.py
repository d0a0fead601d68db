"""Load the fictional region by hierarchy's own commands."""

import shlex
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
    campaign = dated(template, datetime.now(ZoneInfo(template["time_zone"])).date())
    with TemporaryDirectory() as folder:
        file, script = Path(folder) / "campaign.yaml", Path(folder) / "script"
        file.write_text(yaml.safe_dump(campaign, allow_unicode=True), "utf-8")
        script.write_text("\n".join(shlex.join(words) for words in commands(campaign, file)), "utf-8")
        return run("hierarchy", "script", str(script))


def commands(campaign: Mapping[str, Any], file: Path) -> list[tuple[str, ...]]:
    """What loads everything; `file`: the campaign's. A year whose calendar is not known yet is entered by the
    law alone, and shown so: around the present day the demonstration reaches into years without a decree."""
    imports = [(command, str(DATA / name), *words) for command, name, *words in IMPORTS]
    years = map(str, years_of(campaign))
    return [*imports, ("calendar-by-law", *years), ("open-campaign", str(file))]


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
