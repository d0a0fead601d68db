"""The work between the levels of the fictional municipality, week after week of the past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import yaml

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import web
from deploy.demonstration.addresses import Addresses
from deploy.demonstration.days import in_zone
from deploy.demonstration.plans import signed_in
from deploy.demonstration.region import DATA
from deploy.demonstration.staff import shown
from deploy.demonstration.web import Web

BEGINS = time(10)
"""When an order is given."""


@dataclass(frozen=True)
class Desks:
    """Whoever works there, each with a token once they have signed in."""

    client: Web
    orders: str
    tokens: Mapping[str, str]

    async def order(self, asked: Mapping[str, Any], first: datetime, now: datetime) -> None:
        """An order, and all that came of it by now."""
        at = max(
            datetime.combine((now - timedelta(days=asked["days_ago"])).date(), BEGINS, now.tzinfo), first
        )
        body = {
            "to": asked["to"],
            "text": asked["text"],
            "deadline": {"hours": asked["hours"]},
            "done_by": asked.get("done_by", "text"),
            "kind": asked.get("kind", "do"),
        }
        giver = self.tokens[_address(asked["by"])]
        order = f"{self.orders}/{(await self.client.post(self.orders, body, at, giver))['id']}"
        for answer in asked["answers"]:
            await self._answer(order, answer, giver, at, now)
        if asked["answers"] and (judged := at + timedelta(hours=asked["accepted"])) < now:
            await self.client.post(f"{order}/acceptance", {}, judged, giver)

    async def _answer(
        self, order: str, answer: Mapping[str, Any], giver: str, at: datetime, now: datetime
    ) -> None:
        token, reported = self.tokens[answer["who"]], at + timedelta(hours=answer["after"])
        if reported > now:
            return
        await self.client.post(f"{order}/acknowledgement", {}, at + (reported - at) / 2, token)
        said = {key: answer[key] for key in ("text", "number") if key in answer}
        told = await self.client.post(f"{order}/report", said, reported, token)
        if "returned" in answer:
            body = {"task": told["task"], "reason": answer["reason"]}
            await self.client.post(f"{order}/return", body, at + timedelta(hours=answer["returned"]), giver)


async def work_between_levels(addresses: Addresses, password: str) -> None:
    """Everything that `work.yaml` says. Raises Stopped for a refusal."""
    wanted = yaml.safe_load((DATA / "work.yaml").read_text("utf-8"))
    async with web.opened(1) as client:
        opened = await campaigns.opened(client, addresses)
        now = in_zone(opened.time_zone)
        first = datetime.combine(opened.first_day, BEGINS, now.tzinfo)
        asked = wanted["orders"]
        people = {_address(each["by"]) for each in asked}
        people |= {answer["who"] for each in asked for answer in each["answers"]}
        tokens = {who: await signed_in(client, addresses, who, password) for who in sorted(people)}
        desks = Desks(client, f"{addresses.hierarchy}/api/v1/orders", tokens)
        for each in asked:
            await desks.order(each, first, now)
    addresses.worked.touch()


def _address(written: str) -> str:
    return written.format(shown=shown())
