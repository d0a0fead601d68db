"""People of the staff for the fictional region: invited, come in, appointed, with a few gaps."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import yaml

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import web
from deploy.demonstration.addresses import Addresses, Run
from deploy.demonstration.letters import Letters
from deploy.demonstration.region import DATA
from deploy.demonstration.replay import beside
from deploy.demonstration.stopped import Stopped
from deploy.demonstration.web import Web

COORDINATOR = "coordinator@example.org"
ZONE, FORMED = ZoneInfo("Europe/Moscow"), time(8)
"""The region's, and when on the campaign's first day groups were formed: before anything else was done."""

LINK = re.compile(rb"/staff/links/(\S+)")


class SignIn(NamedTuple):
    """Somebody whom an operator may sign in as."""

    role: str
    email: str


def sign_ins() -> list[SignIn]:
    """A sign-in for each role; all have the installation's password of the demonstration."""
    cast = _cast()
    group = {person["role"]: SignIn(person["role"], person["email"]) for person in reversed(cast["group"])}
    above = SignIn("administrator", cast["administrator"]["email"]), SignIn("SMO", cast["operator"]["email"])
    of_head, of_coordinator = SignIn("head", head_of(cast["shown"])), SignIn("coordinator", COORDINATOR)
    return [*above, of_head, *reversed(group.values()), of_coordinator]


def shown() -> str:
    """The municipality whose people may be signed in as."""
    return str(_cast()["shown"])


def colleagues() -> list[str]:
    """The addresses of the shown municipality's people who may sign in, its Head's first."""
    cast = _cast()
    return [head_of(cast["shown"]), *(person["email"] for person in cast["group"]), COORDINATOR]


def led(leader: str) -> str:
    """The name of the working group that somebody leads; nothing for anybody else."""
    return next((str(group["name"]) for group in _cast()["working_groups"] if group["leader"] == leader), "")


def served(district: str) -> list[str]:
    """The settlements for which a district acts."""
    return [code for code in _cast()["served"] if code.startswith(district[:5])]


async def appoint_everybody(addresses: Addresses, run: Run, password: str) -> int:
    """Appoint the staff, each act by whom it is due; how many. Raises Stopped, also for a refusal."""
    cast, letters = _cast(), Letters(addresses.mail, LINK)
    async with web.opened(4) as client, beside(letters.run()):
        first_day = (await campaigns.opened(client, addresses)).first_day
        office = Office(client, addresses.hierarchy, letters, password, first_day)
        administrator = cast["administrator"]
        letters.expect(administrator["email"])
        if run("hierarchy", "invite-administrator", administrator["email"], administrator["name"]):
            raise Stopped("The administrator could not be invited.")
        token = await office.come(administrator["email"])
        operator = {"role": "smo-operator", "of": "smo", **cast["operator"]}
        codes = sorted(await campaigns.municipalities(client, addresses))
        heads = [operator, *_heads(codes, cast)]
        answering = [head_of(code) for code in answering_heads(codes)]
        for email in (operator["email"], *answering):
            letters.expect(email)
        await office.appoint(token, "1", heads)
        await office.come(operator["email"])
        heads_tokens = await asyncio.gather(*(office.come(email) for email in answering))
        head = heads_tokens[answering.index(head_of(cast["shown"]))]
        for code, reception in _receptions(codes, cast["receptions"]):
            await office.set_reception(token, code, reception)
        for settlement, number in cast["served"].items():
            await office.serve(token, settlement, number)
        group = [{"of": cast["shown"], **person} for person in cast["group"]]
        for person in group:
            letters.expect(person["email"])
        await office.appoint(head, "2", group)
        tokens = {person["email"]: await office.come(person["email"]) for person in group}
        coordinators = await _form_groups(office, head, tokens, cast)
    return 1 + len(heads) + len(group) + coordinators


async def _form_groups(office: "Office", head: str, tokens: Mapping[str, str], cast: dict[str, Any]) -> int:
    """The Head has formed the working groups as the campaign began; their leaders appoint coordinators, how
    many, and brief them."""
    shown, count = cast["shown"], 0
    await office.form_groups(head, "3", shown, cast["working_groups"])
    standing = await office.groups_of(head, shown)
    for email in reporting():
        office.expect(email)
    for group, wanted in zip(standing, cast["working_groups"], strict=True):
        people, leader = list(_coordinators(group["organizations"], cast, count)), tokens[wanted["leader"]]
        await office.appoint(leader, f"{4 + count}", people)
        await office.publish(leader, group["id"], cast["material"])
        count += len(people)
    for group, wanted in zip(standing, cast["working_groups"], strict=True):
        members = list(_members(group["id"], wanted["leader"], cast))
        await office.appoint(tokens[wanted["leader"]], "м", members)
        count += len(members)
    coordinator, *_ = await asyncio.gather(*(office.come(email) for email in reporting()))
    await office.read(coordinator)
    for group, wanted in zip(standing, cast["working_groups"], strict=True):
        await office.brief(tokens[wanted["leader"]], group["id"], cast["every"]["briefing"])
    return count


class Office:
    """Hierarchy as the staff uses it."""

    def __init__(self, client: Web, hierarchy: str, letters: Letters, password: str, first_day: date) -> None:
        self._client, self._api, self._letters = client, f"{hierarchy}/api/v1", letters
        self._password, self._first_day = password, first_day

    async def come(self, email: str) -> str:
        """Choose the password by the link of the expected letter; a token."""
        word = await self._letters.code(email)
        answer = await self._client.post(f"{self._api}/staff/links/{word}", {"password": self._password})
        return str(answer["token"])

    def expect(self, email: str) -> None:
        """A letter to this address is about to be asked for."""
        self._letters.expect(email)

    async def groups_of(self, token: str, municipality: str) -> list[dict[str, Any]]:
        """The working groups of a municipality, in the order in which they were formed."""
        answer = await self._client.get(
            f"{self._api}/working-groups", {"municipality": municipality}, token=token
        )
        return list(answer["items"])

    async def form_groups(
        self, token: str, number: str, municipality: str, groups: list[dict[str, Any]]
    ) -> None:
        """Form working groups by an act of the campaign's first day, each led by the deputy with this
        address: from then on it is asked for summaries."""
        held = await self._client.get(
            f"{self._api}/appointments", {"municipality": municipality}, token=token
        )
        account = {each["email"]: each["account"] for each in held["items"]}
        wanted = [group | {"leader": account[group["leader"]]} for group in groups]
        day = self._first_day
        act = {"municipality": municipality, "number": number, "day": day.isoformat(), "groups": wanted}
        at = datetime.combine(day, FORMED, ZONE)
        await self._client.post(f"{self._api}/working-groups", act, at, token)

    async def appoint(self, token: str, number: str, people: list[dict[str, str]]) -> None:
        """Appoint people by an act of today."""
        act = {"number": number, "day": _today(), "appointments": people}
        await self._client.post(f"{self._api}/appointments", act, token=token)

    async def serve(self, token: str, settlement: str, number: str) -> None:
        """A settlement's district acts for it, by an agreement of today."""
        agreement = {"number": number, "day": _today()}
        await self._client.post(f"{self._api}/municipalities/{settlement}/serving", agreement, token=token)

    async def set_reception(self, token: str, municipality: str, reception: dict[str, str]) -> None:
        """The telephone of an administration."""
        await self._client.post(
            f"{self._api}/municipalities/{municipality}/reception", reception, token=token
        )

    async def publish(self, token: str, group: str, material: str) -> None:
        """What a group's coordinators read."""
        await self._client.post(self._briefing(group, "/material"), {"body": material}, token=token)

    async def brief(self, token: str, group: str, every: int) -> None:
        """Hold a session with those who have not read; the first of every so many is not there."""
        people = (await self._client.get(self._briefing(group), token=token))["items"]
        unbriefed = [each["account"] for each in people if not each["done"]]
        present = [account for nth, account in enumerate(unbriefed) if nth % every]
        session = {"manner": "in-person", "day": _today(), "present": present}
        await self._client.post(self._briefing(group, "/sessions"), session, token=token)

    async def read(self, token: str) -> None:
        """Read everything that one is to be briefed on, and confirm it."""
        address = f"{self._api}/staff/briefings"
        for due in (await self._client.get(address, token=token))["items"]:
            confirmation = f"{address}/{due['working_group']}/confirmation"
            await self._client.post(confirmation, {"version": due["version"]}, token=token)

    def _briefing(self, group: str, more: str = "") -> str:
        return f"{self._api}/working-groups/{group}/briefing{more}"


def _today() -> str:
    return datetime.now(ZONE).date().isoformat()


def answering_heads(codes: Sequence[str]) -> list[str]:
    """The municipalities, of all in order, whose Heads have answered their invitations."""
    cast = _cast()
    every, silent = cast["every"]["head"], cast["every"]["silent"]
    return [
        code
        for i, code in enumerate(codes)
        if code == cast["shown"] or (i % every != every - 1 and i % silent != silent - 1)
    ]


def _heads(codes: list[str], cast: dict[str, Any]) -> Iterator[dict[str, str]]:
    every = cast["every"]["head"]
    for i, code in enumerate(codes):
        if i % every == every - 1 and code != cast["shown"]:
            continue
        head = {"role": "head", "of": code, "name": _name(cast, i), "email": head_of(code)}
        yield head | _phone(2, i)


def _coordinators(organizations: list[str], cast: dict[str, Any], before: int) -> Iterator[dict[str, str]]:
    every = cast["every"]["coordinator"]
    staffed = [of for i, of in enumerate(organizations) if i % every != every - 1]
    for nth, of in enumerate(staffed, before + 1):
        email = _coordinator(nth)
        coordinator = {"role": "coordinator", "of": of, "name": _name(cast, nth + 3), "email": email}
        yield coordinator | _phone(3, nth)


def _coordinator(nth: int) -> str:
    return COORDINATOR if nth == 1 else f"coordinator.{nth}@example.org"


def reporting() -> list[str]:
    """The coordinators who have signed in, and report."""
    return [_coordinator(nth) for nth in range(1, _cast()["reporting"] + 1)]


def _members(group: str, leader: str, cast: dict[str, Any]) -> Iterator[dict[str, str]]:
    for member in cast["members"]:
        if member["leader"] == leader:
            yield {"role": "member", "of": group, **{k: v for k, v in member.items() if k != "leader"}}


def _receptions(codes: list[str], cast: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for i, code in enumerate(codes):
        if i % cast["every"] != cast["every"] - 1:
            yield code, {"phone": cast["phone"].format(1, i), "hours": cast["hours"]}


def _phone(series: int, nth: int) -> dict[str, str]:
    """A number that nobody has; the fourth of every five has told none."""
    return {"phone": f"8 800 00{series}-{nth // 100:02}-{nth % 100:02}"} if nth % 5 != 3 else {}


def _name(cast: dict[str, Any], nth: int) -> str:
    lists = cast["names"]
    return " ".join(
        lists[kind][nth % len(lists[kind])] for kind in ("surnames", "first_names", "patronymics")
    )


def head_of(code: str) -> str:
    """The address of a municipality's Head."""
    return f"head.{code}@example.org"


@cache
def _cast() -> dict[str, Any]:
    cast: dict[str, Any] = yaml.safe_load((DATA / "staff.yaml").read_text("utf-8"))
    return cast
