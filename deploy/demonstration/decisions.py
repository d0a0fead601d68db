"""What the bodies of the fictional region decide on its initiatives, day by day of the past."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import yaml

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import web
from deploy.demonstration.addresses import Addresses
from deploy.demonstration.days import in_zone
from deploy.demonstration.plans import signed_in
from deploy.demonstration.region import DATA
from deploy.demonstration.staff import answering_heads, head_of, shown
from deploy.demonstration.web import Web

AT_ONCE = 4
TOGETHER = 500
"""Initiatives that are decided on by one request."""

DAY = timedelta(days=1)
WAITING, DETERMINED = "accepted", "determined"


@dataclass(frozen=True)
class Desk:
    """The initiatives of a municipality, and its Head who decides on them."""

    client: Web
    intake: str
    token: str
    municipality: str

    async def waiting(self, status: str) -> list[dict[str, Any]]:
        """All that are in a state, the oldest first."""
        query = {"municipality": self.municipality, "status": status}
        found = await self.client.get(f"{self.intake}/api/v1/determination", query, self.token)
        items: list[dict[str, Any]] = found["items"]
        while found["next"]:
            found = await self.client.get(f"{self.intake}{found['next']}", token=self.token)
            items += found["items"]
        return items[::-1]

    async def decide(self, given: Mapping[str, object], ids: Sequence[str], at: datetime) -> None:
        """The same on all of these."""
        for nth in range(0, len(ids), TOGETHER):
            body = {"ids": ids[nth : nth + TOGETHER], **given}
            await self.client.post(f"{self.intake}/api/v1/decisions", body, at, self.token)

    async def work(self, rounds: Sequence[Mapping[str, Any]], first_day: date, now: datetime) -> None:
        """Round after round, each on a share of what waits."""
        left = await self.waiting(WAITING)
        for asked in rounds:
            given = dict(asked)
            day = max((now - given.pop("days_ago") * DAY).date(), first_day)
            at = min(datetime.combine(day, time(given.pop("hour")), now.tzinfo), now)
            share = given.pop("share")
            if given["decision"] == "put-forward":
                await self.decide(given, _some(await self.waiting(DETERMINED), share, at), at)
                continue
            chosen = _some(left, share, at)
            if given["decision"] == "merge" and chosen:
                given["into"] = chosen.pop()
            if chosen:
                await self.decide(given, chosen, at)
                left = [item for item in left if item["id"] not in set(chosen)]


def _some(items: Sequence[Mapping[str, Any]], share: float, at: datetime) -> list[str]:
    """The ids of a share of those that were submitted a day before."""
    earlier = [item["id"] for item in items if datetime.fromisoformat(item["submitted_at"]) < at - DAY]
    return earlier[: round(len(items) * share)]


async def decide_everything(addresses: Addresses, password: str) -> None:
    """The shown municipality and those with the most initiatives decide; what is decided already stays.

    Raises Stopped for a refusal.
    """
    if addresses.decided.exists():
        return
    wanted = yaml.safe_load((DATA / "decisions.yaml").read_text("utf-8"))
    async with web.opened(AT_ONCE) as client:
        opened = await campaigns.opened(client, addresses)
        items = await campaigns.listed(client, addresses, "municipalities")
        answering = set(answering_heads(sorted(item["code"] for item in items)))
        figures = f"{addresses.metrics}/api/v1/counters"
        counted = (await client.get(figures, {"level": "municipality"}))["items"]
        most = sorted(counted, key=lambda item: -item["own_submitted"])
        largest = [item["code"] for item in most if item["code"] in answering - {shown()}]
        places = [shown(), *largest[: wanted["municipalities"] - 1]]

        async def of(place: str) -> None:
            token = await signed_in(client, addresses, head_of(place), password)
            desk = Desk(client, addresses.intake, token, place)
            await desk.work(wanted["rounds"], opened.first_day, in_zone(opened.time_zone))

        await asyncio.gather(*map(of, places))
    addresses.decided.touch()
