"""What the services say of the campaign: its days, its organizations, and its figures."""

import asyncio
import time as clock
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from deploy.demonstration.addresses import Addresses
from deploy.demonstration.crowd import Origin, Person
from deploy.demonstration.days import in_zone
from deploy.demonstration.stopped import Stopped
from deploy.demonstration.visitor import registration
from deploy.demonstration.web import Refusal, Web

PATIENCE = 60.0
"""Seconds that hierarchy's data may take to intake, and figures may stand still before they are right."""

ON_ITS_WAY = ("campaign-not-open", "municipality-unknown", "organization-unknown", "consent-outdated")
"""Refusals of somebody to whom hierarchy's data have not come yet."""


class Figures(NamedTuple):
    """The region's totals."""

    registered: int
    submitted: int

    def reach(self, expected: "Figures") -> bool:
        """Whether both are at least as expected."""
        return self.registered >= expected.registered and self.submitted >= expected.submitted

    def __str__(self) -> str:
        return f"{self.registered} registered, {self.submitted} submitted"


@dataclass(frozen=True, slots=True)
class Campaign:
    """The open campaign: its days are the region's own."""

    id: str
    first_day: date
    last_day: date
    time_zone: str
    consent_version: str
    demonstration: bool

    def latest(self) -> datetime:
        """The latest moment until now at which something may have happened, with the region's offset.

        Raises Stopped before the campaign's first day, and if it is not for demonstration.
        """
        if not self.demonstration:
            raise Stopped(f"Campaign {self.id} is a real one: its past cannot be replayed.")
        now = in_zone(self.time_zone)
        if now.date() < self.first_day:
            raise Stopped(f"Campaign {self.id} begins on {self.first_day}: there is no past to replay.")
        end = datetime.combine(self.last_day + timedelta(days=1), time(), ZoneInfo(self.time_zone))
        return min(now, end - timedelta(minutes=1))


async def opened(web: Web, addresses: Addresses) -> Campaign:
    """The open campaign. Raises Stopped if there is none."""
    try:
        told = await web.get(f"{addresses.hierarchy}/api/v1/campaigns/current")
    except Refusal as refusal:
        raise Stopped(f"No campaign to replay, load the region first. {refusal}") from refusal
    return Campaign(
        told["id"],
        date.fromisoformat(told["first_day"]),
        date.fromisoformat(told["last_day"]),
        told["time_zone"],
        told["consent"]["version"],
        told["demonstration"],
    )


async def organizations(web: Web, addresses: Addresses) -> dict[tuple[str, str], str]:
    """The register's ids by founder and name."""
    found = await listed(web, addresses, "organizations")
    return {(item["founder"], item["name"]): item["id"] for item in found}


async def municipalities(web: Web, addresses: Addresses) -> list[str]:
    """The code of every municipality."""
    return [item["code"] for item in await listed(web, addresses, "municipalities")]


async def listed(web: Web, addresses: Addresses, noun: str, token: str = "") -> list[dict[str, Any]]:
    """Everything of a list of hierarchy's, page by page."""
    items: list[dict[str, Any]] = []
    path: str | None = f"/api/v1/{noun}?limit=500"
    while path:
        page = await web.get(f"{addresses.hierarchy}{path}", token=token)
        items += page["items"]
        path = page["next"]
    return items


async def wait_until_known(web: Web, addresses: Addresses, campaign: Campaign, places: list[Origin]) -> None:
    """Return once intake has hierarchy's data: when nothing but the address is wrong with a registration.

    Raises Stopped after a minute.
    """
    last = next(origin for origin in reversed(places) if origin.organization)
    nobody = Person("nobody", last.municipality, last.organization, last.kind, "resident", 0)
    form, deadline = registration(nobody, campaign.consent_version), clock.monotonic() + PATIENCE
    while clock.monotonic() < deadline:
        try:
            await web.post(f"{addresses.intake}/api/v1/participants", form)
        except Refusal as refusal:
            if refusal.slug == "email-invalid":
                return
            if refusal.slug not in ON_ITS_WAY:
                raise
        await asyncio.sleep(0.2)
    raise Stopped(f"Intake did not learn of campaign {campaign.id} in {PATIENCE:.0f} s: do the workers run?")


async def figures(web: Web, addresses: Addresses) -> Figures:
    """The region's totals as metrics shows them; nothing before it knows the campaign."""
    try:
        told: dict[str, Any] = await web.get(f"{addresses.metrics}/api/v1/counters", {"level": "region"})
    except Refusal as refusal:
        if refusal.slug == "campaign-not-open":
            return Figures(0, 0)
        raise
    return Figures(told["items"][0]["registered"], told["items"][0]["submitted"])
