"""The hotline of the fictional region: a line with its roster, cases in every state, consultations."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import cycle
from typing import Any, NamedTuple, TypeAlias

import yaml

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import web
from deploy.demonstration.addresses import Addresses
from deploy.demonstration.campaign import Campaign
from deploy.demonstration.cases import Act, Case, cases, half_hours
from deploy.demonstration.days import in_zone
from deploy.demonstration.plans import signed_in
from deploy.demonstration.region import DATA
from deploy.demonstration.staff import answering_heads, colleagues, head_of, served, shown
from deploy.demonstration.web import Web

OPERATOR, LEADER = "hotline@example.org", "deputy@example.org"
"""Who answers the shown municipality's cases, and whose working group owns its line."""

WORKER = "hotline-worker"
AT_ONCE = 8
NOON = time(12)

Resting: TypeAlias = Callable[[str], AbstractContextManager[None]]
"""A process, by its name, rests as long as the block runs."""


class Deed(NamedTuple):
    """Something that somebody does at a moment; one lane's deeds are done in the order of their moments."""

    at: datetime
    nth: int
    do: Callable[[datetime], Awaitable[object]]


@dataclass
class Hotline:
    """The hotline as those use it who ask and who answer."""

    client: Web
    addresses: Addresses
    campaign: Campaign
    tokens: Mapping[str, str]
    """Address → token."""
    wanted: Mapping[str, Any]
    """What `hotline.yaml` says."""
    names: Mapping[str, str]
    """Municipality → its name."""
    opened: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Number of a case → its id and its link."""

    def __post_init__(self) -> None:
        self.now = in_zone(self.campaign.time_zone)
        self.moments = half_hours(self.campaign.first_day, self.now)
        self.head = head_of(shown())

    async def has(self, noun: str, query: Mapping[str, str]) -> bool:
        """Whether the operator sees any of these."""
        url = f"{self.addresses.hotline}/api/v1/{noun}"
        return bool((await self.client.get(url, query, self.tokens[OPERATOR]))["items"])

    # ---- what everybody stands on ----
    async def adapt_regulation(self) -> None:
        """The shown municipality answers sooner than the region asks for, by an act of its Head."""
        url, asked = f"{self.addresses.hierarchy}/api/v1/regulation", self.wanted["regulation"]
        stands = await self.client.get(url, {"municipality": shown()})
        if any(item["source"] == "municipality" for item in stands["items"]):
            return
        first, zone = self.campaign.first_day, self.now.tzinfo
        day = max((self.now - timedelta(days=asked["days_ago"])).date(), first)
        at = datetime.combine(day, NOON, zone)
        act = {"number": asked["act"], "day": day.isoformat()}
        given = {"municipality": shown(), "hours": asked["hours"], "from_day": day.isoformat(), "act": act}
        await self.client.post(url, given, at, self.tokens[self.head])

    async def open_line(self) -> None:
        """The Head names the group that owns the line; those on duty put themselves on the roster."""
        line, group = self.wanted["line"], (await self._groups())[0]
        given = {name: line[name] for name in ("name", "phones", "email", "address")}
        act = {"act_number": line["act"], "act_day": self.now.date().isoformat(), "group": group["id"]}
        help_ = {"help": {"ru": line["help"]}}
        await self._post("lines", {"municipality": shown(), **given, **act, **help_}, self.head)
        asked, day = self.wanted["duty"], self.now.date()
        for email, _ in zip(cycle(asked["people"]), range(asked["turns"]), strict=False):
            last = day + timedelta(days=asked["days"] - 1)
            shift = {"first_day": day.isoformat(), "last_day": last.isoformat()}
            await self._post(f"lines/{shown()}/shifts", shift, email)
            day = last + timedelta(days=1)

    async def keep_answers(self) -> None:
        """Drafted by the operator, approved by the owning group; some are read by everybody."""
        pages = f"{self.addresses.hotline}/hotline/answers"
        operator, leader = self.tokens[OPERATOR], self.tokens[LEADER]
        for nth, answer in enumerate(self.wanted["answers"]):
            given = {"municipality": shown(), **answer}
            kept = await self.client.fill(f"{pages}/new", given, operator)
            address = f"{pages}/{kept.path.rpartition('/')[2]}"
            await self.client.fill(f"{address}/approval", {"nth": "1"}, leader)
            if nth < self.wanted["published"]:
                await self.client.fill(f"{address}/publication", {"published": "1"}, leader)

    # ---- what is asked and answered ----
    async def work(self, elsewhere: Sequence[str]) -> None:
        """Everybody at once, each in the order of time: a clock of theirs never goes back."""
        places, organizations = [shown(), *served(shown())], await self._organizations()
        wanted = self.wanted["cases"]["shown"]
        of_shown = cases(wanted, self.wanted, places, organizations, self.moments)
        lanes = [[*self._deeds(of_shown, OPERATOR), *self._consulting(OPERATOR), *self._consulting(LEADER)]]
        alone = [email for email in self.wanted["consultations"]["people"] if email not in (OPERATOR, LEADER)]
        lanes += [self._consulting(email) for email in alone]
        lanes += self._elsewhere(elsewhere, len(of_shown))
        await asyncio.gather(*(_in_order(lane) for lane in lanes))

    def _elsewhere(self, places: Sequence[str], begins: int) -> list[list[Deed]]:
        """What the Heads of other municipalities answer themselves, by turns; first each opens a line."""
        wanted = self.wanted["cases"]["elsewhere"]
        every = cases(wanted, self.wanted, places[:1], (), self.moments, begins)
        lanes = []
        for nth, place in enumerate(places):
            theirs = [_moved(case, place) for case in every[nth :: len(places)]]
            lanes.append([self._line_of(place, nth), *self._deeds(theirs, head_of(place))])
        return lanes

    def _line_of(self, place: str, nth: int) -> Deed:
        asked = self.wanted["elsewhere"]
        phones = [asked["phone"].format(nth + 1)]
        line = {"municipality": place, "name": f"{asked['name']}, {self.names[place]}", "phones": phones}
        return Deed(self.moments[0], -1, lambda at: self._post("lines", line, head_of(place), at))

    def _deeds(self, told: Sequence[Case], operator: str) -> list[Deed]:
        into = next((case.nth for case in told if case.state == "new"), 0)

        def deed(act: Act) -> Deed:
            return Deed(min(act.at, self.now), act.nth, lambda at: self._act(act, at, operator, into))

        return [deed(act) for case in told for act in case.acts()]

    async def _act(self, act: Act, at: datetime, operator: str, into: int) -> None:
        case = act.case
        match act.word:
            case "open":
                ask = self._ask(case, at) if case.channel == "web" else self._write_down(case, operator, at)
                self.opened[act.nth] = await ask
            case "reply" | "again":
                text = case.question["reply"] if act.word == "reply" else self.wanted["again"]
                await self._post(
                    "inquiries/replies", {"link": self.opened[act.nth]["link"], "text": text}, at=at
                )
            case "accept":
                await self._step(act, "take", {}, at, LEADER)
            case "ask":
                await self._step(act, "answer", {"text": case.question["ask"], "final": False}, at, operator)
            case "answer":
                await self._step(act, "answer", {"text": case.question["answer"]}, at, operator)
            case "transfer":
                given = {"to": "group", "note": self.wanted["note"]}
                await self._step(act, "transfer", given, at, operator)
            case "merge":
                await self._step(act, "merge", {"into": self.opened[into]["id"]}, at, operator)
            case word:
                await self._step(act, word, {}, at, operator)

    async def _ask(self, case: Case, at: datetime) -> dict[str, Any]:
        given = {
            "municipality": case.municipality,
            "organization": case.organization,
            "theme": case.question["theme"],
            "text": case.question["text"],
            "reply_to": case.reply_to,
            "name": case.name,
        }
        return await self._post("inquiries", given, at=at)

    async def _write_down(self, case: Case, by: str, at: datetime) -> dict[str, Any]:
        """What somebody says, as the operator writes it down."""
        told = {
            "municipality": case.municipality,
            "organization": case.organization or "",
            "theme": case.question["theme"],
            "text": case.question["text"],
            "channel": case.channel,
            "name": case.name,
            "phone": f"8 800 004-{case.nth // 100:02}-{case.nth % 100:02}",
        }
        url = f"{self.addresses.hotline}/hotline/cases/new"
        page = await self.client.fill(url, told, self.tokens[by], at)
        return {"id": page.path.rpartition("/")[2]}

    async def _step(self, act: Act, word: str, given: Mapping[str, object], at: datetime, by: str) -> None:
        await self._post(f"inquiries/{self.opened[act.nth]['id']}/{word}", given, by, at)

    def _consulting(self, whose: str) -> list[Deed]:
        """What somebody advised, spread over the campaign's days."""
        asked = self.wanted["consultations"]
        count, email = asked["people"][whose], self.head if whose == "head" else whose
        themes, advice = [q["theme"] for q in self.wanted["questions"]], asked["advice"]

        def deed(nth: int) -> Deed:
            given = {
                "municipality": shown(),
                "mode": "remote" if nth % 3 == 2 else "in-person",
                "theme": themes[nth * 7 % len(themes)],
                "note": advice[(nth + count) % len(advice)],
                "whom": self.wanted["names"][nth * 5 % len(self.wanted["names"])],
                "led_to_initiative": nth % asked["led_every"] == 0,
            }
            at = self.moments[nth * len(self.moments) // count]
            return Deed(at, nth, lambda moment: self._post("consultations", given, email, moment))

        return [deed(nth) for nth in range(count)]

    async def _organizations(self) -> list[str]:
        """The municipality's own of the group to which cases are transferred."""
        of_group = set((await self._groups())[0]["organizations"])
        known = await campaigns.organizations(self.client, self.addresses)
        return [id_ for (founder, _), id_ in known.items() if founder == shown() and id_ in of_group]

    async def _groups(self) -> list[dict[str, Any]]:
        url = f"{self.addresses.hierarchy}/api/v1/working-groups"
        found = await self.client.get(url, {"municipality": shown()}, self.tokens[self.head])
        return list(found["items"])

    async def _post(
        self, path: str, body: Mapping[str, object], by: str = "", at: datetime | None = None
    ) -> dict[str, Any]:
        token = self.tokens[by] if by else ""
        return await self.client.post(f"{self.addresses.hotline}/api/v1/{path}", body, at, token)


def _moved(case: Case, place: str) -> Case:
    return Case(case.nth, case.state, place, case.asked_at, case.question, case.name)


async def _in_order(lane: Sequence[Deed]) -> None:
    for deed in sorted(lane, key=lambda each: (each.at, each.nth)):
        await deed.do(deed.at)


async def answer_everybody(addresses: Addresses, password: str, resting: Resting) -> None:
    """A line, its roster, cases, answers to reuse and consultations; what is there already stays.

    The worker rests while the past is entered: it would find every question late before it is answered.
    Raises Stopped for a refusal.
    """
    wanted = yaml.safe_load((DATA / "hotline.yaml").read_text("utf-8"))
    async with web.opened(AT_ONCE) as client:
        hotline = await _entered(client, addresses, password, wanted)
        await hotline.adapt_regulation()
        if not await hotline.has("lines", {"municipality": shown()}):
            await hotline.open_line()
        if not await hotline.has("answers", {"municipality": shown()}):
            await hotline.keep_answers()
        if not await hotline.has("inquiries", {"state": "open"}):
            with resting(WORKER):
                await hotline.work(_others(list(hotline.names), wanted["elsewhere"]["places"]))
    addresses.called.touch()


async def _entered(client: Web, addresses: Addresses, password: str, wanted: Mapping[str, Any]) -> Hotline:
    """The hotline with everybody signed in who works there."""
    items = await campaigns.listed(client, addresses, "municipalities")
    names = {item["code"]: item["name"] for item in items}
    heads = [head_of(code) for code in _others(list(names), wanted["elsewhere"]["places"])]
    emails = [*colleagues(), *heads]
    tokens = await asyncio.gather(*(signed_in(client, addresses, email, password) for email in emails))
    opened = await campaigns.opened(client, addresses)
    return Hotline(client, addresses, opened, dict(zip(emails, tokens, strict=True)), wanted, names)


def _others(codes: Sequence[str], count: int) -> list[str]:
    """Municipalities whose Heads answer, beside the shown one and those that it serves."""
    apart = {shown(), *served(shown())}
    answering = [code for code in answering_heads(sorted(codes)) if code not in apart]
    return answering[:: max(len(answering) // count, 1)][:count]
