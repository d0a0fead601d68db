"""People of the staff for the fictional region: invited, come in, appointed, with a few gaps."""

import re
from collections.abc import Iterator
from datetime import datetime
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
    return [*above, SignIn("head", _head_of(cast["shown"])), *reversed(group.values())]


async def appoint_everybody(addresses: Addresses, run: Run, password: str) -> int:
    """Appoint the staff, each act by whom it is due; how many. Raises Stopped, also for a refusal."""
    cast, letters = _cast(), Letters(addresses.mail, LINK)
    async with web.opened(4) as client, beside(letters.run()):
        office = Office(client, addresses.hierarchy, letters, password)
        administrator = cast["administrator"]
        letters.expect(administrator["email"])
        if run("hierarchy", "invite-administrator", administrator["email"], administrator["name"]):
            raise Stopped("The administrator could not be invited.")
        token = await office.come(administrator["email"])
        operator = {"role": "smo-operator", "of": "smo", **cast["operator"]}
        codes = sorted(await campaigns.municipalities(client, addresses))
        heads = [operator, *_heads(codes, cast)]
        for email in (operator["email"], _head_of(cast["shown"])):
            letters.expect(email)
        await office.appoint(token, "1", heads)
        await office.come(operator["email"])
        head = await office.come(_head_of(cast["shown"]))
        group = [{"of": cast["shown"], **person} for person in cast["group"]]
        for sign_in in sign_ins()[3:]:
            letters.expect(sign_in.email)
        await office.appoint(head, "2", group)
        for sign_in in sign_ins()[3:]:
            await office.come(sign_in.email)
    return 1 + len(heads) + len(group)


class Office:
    """Hierarchy as the staff uses it."""

    def __init__(self, client: Web, hierarchy: str, letters: Letters, password: str) -> None:
        self._client, self._api, self._letters = client, f"{hierarchy}/api/v1", letters
        self._password = password

    async def come(self, email: str) -> str:
        """Choose the password by the link of the expected letter; a token."""
        word = await self._letters.code(email)
        answer = await self._client.post(f"{self._api}/staff/links/{word}", {"password": self._password})
        return str(answer["token"])

    async def appoint(self, token: str, number: str, people: list[dict[str, str]]) -> None:
        """Appoint people by an act of today."""
        today = datetime.now(ZoneInfo("Europe/Moscow")).date().isoformat()
        act = {"number": number, "day": today, "appointments": people}
        await self._client.post(f"{self._api}/appointments", act, token=token)


def _heads(codes: list[str], cast: dict[str, Any]) -> Iterator[dict[str, str]]:
    lists = cast["heads"]
    for i, code in enumerate(codes):
        if i % lists["every"] == lists["every"] - 1 and code != cast["shown"]:
            continue
        words = (lists[kind][i % len(lists[kind])] for kind in ("surnames", "first_names", "patronymics"))
        yield {"role": "head", "of": code, "name": " ".join(words), "email": _head_of(code)}


def _head_of(code: str) -> str:
    return f"head.{code}@example.org"


@cache
def _cast() -> dict[str, Any]:
    cast: dict[str, Any] = yaml.safe_load((DATA / "staff.yaml").read_text("utf-8"))
    return cast
