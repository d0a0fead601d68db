"""Plan and fact of the fictional region: targets, interim results, meetings with agreements."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any

import yaml

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import web
from deploy.demonstration.addresses import Addresses
from deploy.demonstration.campaign import Campaign
from deploy.demonstration.days import in_zone
from deploy.demonstration.region import DATA
from deploy.demonstration.staff import answering_heads, head_of, shown, sign_ins
from deploy.demonstration.stopped import Stopped
from deploy.demonstration.web import Web

PATIENCE = 60.0
"""Seconds until what metrics freezes and takes is expected in hierarchy."""

PREPARED, BEGUN, CALLED = (timedelta(hours=hour) for hour in (9, 10, 11))
"""When on a day of the past things were entered: the clock of whoever enters them never goes back."""

DISTRICT = "municipal_district"
PRESENCES = ("in-person", "remote", "remote", "absent")


@dataclass(frozen=True)
class Planning:
    """Hierarchy as those use it who plan: the administrator, the SMO's operator, a Head."""

    client: Web
    addresses: Addresses
    campaign: Campaign
    password: str
    tokens: Mapping[str, str]
    """Role → token."""
    wanted: Mapping[str, Any]
    """What `plans.yaml` says."""

    @property
    def today(self) -> date:
        """The region's day."""
        return in_zone(self.campaign.time_zone).date()

    def past(self, days_ago: int, at: timedelta) -> datetime:
        """A moment of a day of the past."""
        day = max(self.today - timedelta(days=days_ago), self.campaign.first_day)
        return datetime.combine(day, time(), in_zone(self.campaign.time_zone).tzinfo) + at

    async def post(
        self, role: str, path: str, body: Mapping[str, object], at: datetime | None = None
    ) -> dict[str, Any]:
        """Something that this role does, at a past moment if one is given."""
        return await self._post(self.tokens[role], path, body, at)

    async def _post(
        self, token: str, path: str, body: Mapping[str, object], at: datetime | None
    ) -> dict[str, Any]:
        return await self.client.post(f"{self.addresses.hierarchy}/api/v1/{path}", body, at, token)

    async def sign_in(self, email: str) -> str:
        """A token of one of the staff."""
        return await signed_in(self.client, self.addresses, email, self.password)

    async def get(self, role: str, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What this role sees."""
        return await self.client.get(f"{self.addresses.hierarchy}/api/v1/{path}", query, self.tokens[role])

    # ---- targets ----
    async def set_targets(self) -> None:
        """All but some set targets: most by acts of their Heads, some by letters that the SMO entered."""
        if (await self.get("SMO", "targets", {"level": "region"}))["with_target"]:
            return
        asked, answering = self.wanted["targets"], await self._answering()
        goals = goals_of(await self._figures(), answering, asked)
        lettered = by_letter(goals, answering, self._shown, asked["by_letter"])
        at = self.past(self.wanted["checkpoints"]["begun_days_ago"], PREPARED)
        paper = {"day": at.date().isoformat()}
        for nth, (code, goal) in enumerate(goals.items(), 1):
            given = {"municipality": code, **goal, "sure": True}
            if code in lettered:
                await self.post("SMO", "targets", given | {"letter": {"number": f"п-{nth}", **paper}}, at)
            else:
                token = self.tokens["head"] if code == self._shown else await self.sign_in(head_of(code))
                await self._post(token, "targets", given | {"act": {"number": f"{nth}-ц", **paper}}, at)

    async def _figures(self) -> list[dict[str, Any]]:
        path = f"{self.addresses.metrics}/api/v1/counters"
        return list((await self.client.get(path, {"level": "municipality"}))["items"])

    async def _answering(self) -> set[str]:
        codes = sorted(await campaigns.municipalities(self.client, self.addresses))
        return set(answering_heads(codes))

    # ---- interim results ----
    async def set_days(self) -> None:
        """The SMO recommends a rule; the shown municipality has set the same by an act of its Head."""
        if (await self.get("head", "checkpoints", {"municipality": self._shown}))["items"]:
            return
        asked = self.wanted["checkpoints"]
        at, rule = self.past(asked["begun_days_ago"], BEGUN), {"rule": asked["rule"]}
        await self.post("SMO", "checkpoints", {"smo": "smo", **rule}, at)
        act = {"number": "7-и", "day": at.date().isoformat()}
        await self.post("head", "checkpoints", {"municipality": self._shown, "act": act, **rule}, at)

    async def conclude(self) -> None:
        """The Head concludes from the results that are frozen, once they are."""
        results = [item for item in await self._results() if not item["conclusion"]]
        for result, text in zip(results, self.wanted["conclusions"], strict=False):
            path = f"checkpoints/{self._shown}/{result['day']}/conclusion"
            url = f"{self.addresses.hierarchy}/api/v1/{path}"
            await self.client.put(url, {"text": text}, self.tokens["head"])

    async def _results(self) -> list[dict[str, Any]]:
        """The past days' results, the latest last; all of them are frozen."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    found = await self.get("head", "checkpoints", {"municipality": self._shown})
                    past = [item for item in found["items"] if item["day"] < self.today.isoformat()]
                    if all(item["frozen_at"] for item in past):
                        return past
                    await asyncio.sleep(0.3)
        except TimeoutError as error:
            raise Stopped(f"No interim results came in {PATIENCE:.0f} s: do the workers run?") from error

    # ---- meetings ----
    async def meet(self) -> None:
        """One meeting was held, with minutes and agreements; one is to come."""
        if (await self.get("SMO", "meetings", {"coming": "true"}))["items"]:
            return
        asked = self.wanted["meetings"]
        held, coming = asked["held"], asked["coming"]
        day = self.today - timedelta(days=held["days_ago"])
        called = await self._call(held, day, self.past(held["days_ago"] + 2, CALLED))
        meeting = await self.get("SMO", f"meetings/{called}")
        invited = [each["municipality"] for each in meeting["invitations"]]
        present = [
            {"municipality": code, "presence": presence}
            for code, presence in zip(invited, cycle(PRESENCES), strict=False)
        ]
        at = self.past(held["days_ago"] - 1, CALLED)
        await self.post("SMO", f"meetings/{called}/attendance", {"present": present}, at)
        await self.post("SMO", f"meetings/{called}/minutes", {"body": held["minutes"]}, at)
        await self._agree(called, invited, at)
        await self._call(coming, self.today + timedelta(days=coming["in_days"]))

    async def _agree(self, meeting: str, invited: Sequence[str], at: datetime) -> None:
        """What municipalities have promised in a meeting, and what became of it."""
        agreements = self.wanted["meetings"]["agreements"]
        settled = []
        for code, agreement in zip(invited, agreements, strict=False):
            due = (self.today + timedelta(days=agreement["due"])).isoformat()
            given = {"municipality": code, "body": agreement["body"], "due": due}
            made = await self.post("SMO", f"meetings/{meeting}/agreements", given, at)
            if agreement["state"] != "open":
                settled.append((made["id"], agreement["state"]))
        for id_, state in settled:
            await self.post("SMO", f"agreements/{id_}/state", {"state": state})

    async def _call(self, given: Mapping[str, Any], day: date, at: datetime | None = None) -> str:
        plan = {k: given[k] for k in ("title", "format", "place", "link", "hour", "duration", "agenda")}
        called = await self.post("SMO", "meetings", {**plan, "day": day.isoformat()}, at)
        return str(called["id"])

    @property
    def _shown(self) -> str:
        return shown()


def goals_of(
    figures: list[dict[str, Any]], answering: set[str], asked: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Code → both targets and scope, of all but so many who miss theirs: first those whose Head is silent."""
    districts = [item["code"] for item in figures if item["kind"] == DISTRICT and item["code"] in answering]
    whole = set(districts[:: asked["with_settlements_every"]])
    needing = [item for item in figures if item["parent"] not in whole]
    # Sorting keeps the order of equals: of those who answer the last ones miss theirs.
    ready = sorted(needing, key=lambda item: item["code"] not in answering)[: -asked["missing"]]
    multiples = cycle(asked["multiples"])
    return {
        item["code"]: _goal(item, item["code"] in whole, next(multiples), asked["least"]) for item in ready
    }


def by_letter(goals: Iterable[str], answering: set[str], shown: str, least: int) -> set[str]:
    """For whom the SMO enters a letter: all whose Head is silent, and others, so many at the least."""
    others = sorted((code for code in goals if code != shown), key=lambda code: code in answering)
    silent = [code for code in others if code not in answering]
    return set(others[: max(least, len(silent))])


def _goal(item: Mapping[str, Any], whole: bool, multiple: float, least: int) -> dict[str, Any]:
    """Both targets, round numbers."""
    names = ("registered", "submitted") if whole else ("own_registered", "own_submitted")
    registered, submitted = (max(round(item[name] * multiple / 5) * 5, least) for name in names)
    scope = "with-settlements" if whole else "own"
    return {"registered": registered, "submitted": submitted, "scope": scope}


async def signed_in(client: Web, addresses: Addresses, email: str, password: str) -> str:
    """A token of one of the staff."""
    url = f"{addresses.hierarchy}/api/v1/staff/sessions"
    return str((await client.post(url, {"email": email, "password": password}))["token"])


async def plan_everything(addresses: Addresses, password: str) -> None:
    """Targets, interim results and meetings, as the staff would enter them; what is there already stays.

    Raises Stopped for a refusal.
    """
    async with web.opened(4) as client:
        emails = {who.role: who.email for who in sign_ins() if who.role in ("SMO", "head")}
        tokens = {role: await signed_in(client, addresses, email, password) for role, email in emails.items()}
        wanted = yaml.safe_load((DATA / "plans.yaml").read_text("utf-8"))
        planning = Planning(
            client, addresses, await campaigns.opened(client, addresses), password, tokens, wanted
        )
        await planning.set_targets()
        await planning.set_days()
        await planning.meet()
        await planning.conclude()
    addresses.planned.touch()
