"""The work between the levels of the fictional municipality, week after week of the past."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import yaml

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import web
from deploy.demonstration.addresses import Addresses, Run
from deploy.demonstration.days import in_zone
from deploy.demonstration.plans import signed_in
from deploy.demonstration.region import DATA
from deploy.demonstration.staff import led, shown
from deploy.demonstration.stopped import Stopped
from deploy.demonstration.web import Web

ORDERED, ASKED = time(10), time(11)
"""When an order is given, and a question asked."""

PATIENCE = 60.0
"""Seconds until the figures of summaries are expected."""


class Deed(NamedTuple):
    """Something that is done at a moment."""

    at: datetime
    do: Callable[[], Awaitable[None]]


@dataclass
class Paper:
    """An order or a question: its address once there is one, and who has given it."""

    given_by: str
    url: str = ""
    tasks: dict[str, str] = field(default_factory=dict)
    """Who has reported, in which capacity."""


@dataclass(frozen=True)
class Desks:
    """Whoever works there, each with a token once they have signed in; `first`: the campaign's first day."""

    client: Web
    api: str
    tokens: Mapping[str, str]
    first: date
    now: datetime

    def order(self, asked: Mapping[str, Any]) -> Iterator[Deed]:
        """An order, and all that comes of it."""
        at, paper = self._moment(asked["days_ago"], ORDERED), Paper(self.tokens[_address(asked["by"])])
        body = {
            "to": asked["to"],
            "text": asked["text"],
            "deadline": {"hours": asked["hours"]},
            "done_by": asked.get("done_by", "text"),
            "kind": asked.get("kind", "do"),
        }
        yield self._begun(paper, "orders", body, at)
        for answer in asked["answers"]:
            yield from self._answers(paper, answer, at)
        if asked["answers"]:
            accepted = at + timedelta(hours=asked["accepted"])
            yield self._posted(paper, "acceptance", {}, accepted, paper.given_by)

    def question(self, asked: Mapping[str, Any]) -> Iterator[Deed]:
        """A question, and its answer if there is one."""
        at, paper = self._moment(asked["days_ago"], ASKED), Paper(self.tokens[asked["by"]])
        body = {"text": asked["text"], "about": {"direction": asked.get("direction", "")}}
        yield self._begun(paper, "questions", body, at)
        if "answer" not in asked:
            return
        answered, token = at + timedelta(hours=asked["answered"]), self.tokens[asked["who"]]
        yield self._posted(paper, "answer", {"text": asked["answer"]}, answered, token)
        if "published" in asked:
            yield self._posted(paper, "publication", {"text": asked["published"]}, answered, token)

    async def summaries(self, level: str, who: str, wanted: Sequence[Mapping[str, Any]]) -> list[Deed]:
        """What somebody sends of the weeks that are over, the latest last."""
        token = self.tokens[who]
        told = await self.client.get(f"{self.api}/reports", {"which": "due"}, token)
        # A leader sees other groups' as well.
        own = [item for item in told["items"] if item["level"] == level and led(who) in ("", item["name"])]
        return [
            self._sent(item, summary, token)
            for item, summary in zip(own, reversed(wanted), strict=False)
            if "before" in summary
        ]

    def _sent(self, item: Mapping[str, Any], wanted: Mapping[str, Any], token: str) -> Deed:
        at = datetime.fromisoformat(item["due_at"]) - timedelta(hours=wanted["before"])
        url = f"{self.api}/reports/{item['id']}"

        async def send() -> None:
            figures = (await self._counted(url, token))["figures"]
            declared = [
                {
                    "figure": each["figure"],
                    "number": (figures[each["figure"]]["stated"] or 0) + each["more"],
                    "reason": each["reason"],
                }
                for each in wanted.get("declared", ())
            ]
            themes = wanted.get("themes", [])
            said = {"notes": wanted.get("notes", ""), "groups": themes, "declared": declared}
            await self.client.put(url, said, token, at)
            await self.client.post(f"{url}/sending", {}, at, token)

        return Deed(at, send)

    async def _counted(self, url: str, token: str) -> dict[str, Any]:
        """A summary once it has its figures."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (summary := await self.client.get(url, token=token))["as_of"]:
                    await asyncio.sleep(0.1)
                return summary
        except TimeoutError as error:
            raise Stopped(f"No figures of summaries came in {PATIENCE:.0f} s: do the workers run?") from error

    def _answers(self, paper: Paper, answer: Mapping[str, Any], at: datetime) -> Iterator[Deed]:
        who, reported = answer["who"], at + timedelta(hours=answer["after"])
        token, said = self.tokens[who], {key: answer[key] for key in ("text", "number") if key in answer}

        async def report() -> None:
            told = await self.client.post(f"{paper.url}/report", said, reported, token)
            paper.tasks[who] = told["task"]

        yield self._posted(paper, "acknowledgement", {}, at + (reported - at) / 2, token)
        yield Deed(reported, report)
        if "returned" in answer:
            returned = at + timedelta(hours=answer["returned"])

            async def return_() -> None:
                body = {"task": paper.tasks[who], "reason": answer["reason"]}
                await self.client.post(f"{paper.url}/return", body, returned, paper.given_by)

            yield Deed(returned, return_)

    def _begun(self, paper: Paper, noun: str, body: Mapping[str, object], at: datetime) -> Deed:
        async def begin() -> None:
            begun = await self.client.post(f"{self.api}/{noun}", body, at, paper.given_by)
            paper.url = f"{self.api}/{noun}/{begun['id']}"

        return Deed(at, begin)

    def _posted(self, paper: Paper, verb: str, body: Mapping[str, object], at: datetime, token: str) -> Deed:
        async def post() -> None:
            await self.client.post(f"{paper.url}/{verb}", body, at, token)

        return Deed(at, post)

    def _moment(self, days_ago: int, hour: time) -> datetime:
        day = max((self.now - timedelta(days=days_ago)).date(), self.first)
        return datetime.combine(day, hour, self.now.tzinfo)


def prepare_summaries(run: Run) -> None:
    """Those of the weeks that are over; the worker prepares none but the last week's. Raises Stopped."""
    if run("hierarchy", "prepare-past-summaries"):
        raise Stopped("The summaries of the past weeks could not be prepared.")


async def work_between_levels(addresses: Addresses, password: str) -> None:
    """Everything that `work.yaml` says. Raises Stopped for a refusal."""
    wanted = yaml.safe_load((DATA / "work.yaml").read_text("utf-8"))
    async with web.opened(1) as client:
        opened = await campaigns.opened(client, addresses)
        orders, questions = wanted["orders"], wanted["questions"]
        people = {_address(each["by"]) for each in [*orders, *questions]}
        people |= {answer["who"] for each in orders for answer in each["answers"]}
        people |= {who for sent in wanted["summaries"].values() for who in sent}
        tokens = {who: await signed_in(client, addresses, who, password) for who in sorted(people)}
        api, now = f"{addresses.hierarchy}/api/v1", in_zone(opened.time_zone)
        desks = Desks(client, api, tokens, opened.first_day, now)
        deeds = [deed for each in orders for deed in desks.order(each)]
        deeds += [deed for each in questions for deed in desks.question(each)]
        for level, sent in wanted["summaries"].items():
            for who, summaries in sent.items():
                deeds += await desks.summaries(level, who, summaries)
        # Nobody goes back in time: what one does for several orders is done in its turn.
        for deed in sorted(deeds, key=lambda deed: deed.at):
            if deed.at <= now:
                await deed.do()
    addresses.worked.touch()


def _address(written: str) -> str:
    return written.format(shown=shown())
