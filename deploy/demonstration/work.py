"""The work between the levels of the fictional municipality, week after week of the past."""

from collections.abc import Mapping
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
from deploy.demonstration.staff import shown
from deploy.demonstration.web import Web

ORDERED, ASKED = time(10), time(11)
"""When an order is given, and a question asked."""


@dataclass(frozen=True)
class Desks:
    """Whoever works there, each with a token once they have signed in; `first`: the campaign's first day."""

    client: Web
    api: str
    tokens: Mapping[str, str]
    first: date
    now: datetime

    async def order(self, asked: Mapping[str, Any]) -> None:
        """An order, and all that came of it by now."""
        at, orders = self._moment(asked["days_ago"], ORDERED), f"{self.api}/orders"
        body = {
            "to": asked["to"],
            "text": asked["text"],
            "deadline": {"hours": asked["hours"]},
            "done_by": asked.get("done_by", "text"),
            "kind": asked.get("kind", "do"),
        }
        giver = self.tokens[_address(asked["by"])]
        order = f"{orders}/{(await self.client.post(orders, body, at, giver))['id']}"
        for answer in asked["answers"]:
            await self._answer(order, answer, giver, at)
        if asked["answers"] and (judged := at + timedelta(hours=asked["accepted"])) < self.now:
            await self.client.post(f"{order}/acceptance", {}, judged, giver)

    async def ask(self, asked: Mapping[str, Any]) -> None:
        """A question, and its answer if there is one by now."""
        at, questions = self._moment(asked["days_ago"], ASKED), f"{self.api}/questions"
        body = {"text": asked["text"], "about": {"direction": asked.get("direction", "")}}
        question = await self.client.post(questions, body, at, self.tokens[asked["by"]])
        if "answer" not in asked or (answered := at + timedelta(hours=asked["answered"])) > self.now:
            return
        url, token = f"{questions}/{question['id']}", self.tokens[asked["who"]]
        await self.client.post(f"{url}/answer", {"text": asked["answer"]}, answered, token)
        if "published" in asked:
            await self.client.post(f"{url}/publication", {"text": asked["published"]}, answered, token)

    def _moment(self, days_ago: int, hour: time) -> datetime:
        day = max((self.now - timedelta(days=days_ago)).date(), self.first)
        return min(datetime.combine(day, hour, self.now.tzinfo), self.now)

    async def _answer(self, order: str, answer: Mapping[str, Any], giver: str, at: datetime) -> None:
        token, reported = self.tokens[answer["who"]], at + timedelta(hours=answer["after"])
        if reported > self.now:
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
        orders, questions = wanted["orders"], wanted["questions"]
        people = {_address(each["by"]) for each in [*orders, *questions]}
        people |= {answer["who"] for each in orders for answer in each["answers"]}
        tokens = {who: await signed_in(client, addresses, who, password) for who in sorted(people)}
        api, now = f"{addresses.hierarchy}/api/v1", in_zone(opened.time_zone)
        desks = Desks(client, api, tokens, opened.first_day, now)
        for each in orders:
            await desks.order(each)
        for each in questions:
            await desks.ask(each)
    addresses.worked.touch()


def _address(written: str) -> str:
    return written.format(shown=shown())
