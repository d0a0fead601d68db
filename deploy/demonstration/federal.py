"""The federal platform's list of the fictional region, and figures by word of mouth: what its SMO enters."""

import asyncio
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, cycle
from typing import Any

import orjson
import yaml

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import web
from deploy.demonstration.addresses import Addresses
from deploy.demonstration.days import in_zone
from deploy.demonstration.plans import signed_in
from deploy.demonstration.region import DATA
from deploy.demonstration.staff import shown
from deploy.demonstration.web import Web

OPERATOR = "smo@example.org"
AT_ONCE = 8


@dataclass(frozen=True)
class Council:
    """The SMO as it uses intake."""

    client: Web
    addresses: Addresses
    token: str

    async def put_forward(self) -> dict[str, list[int]]:
        """The numbers of what each municipality has put forward and the platform does not list."""
        url = f"{self.addresses.intake}/api/v1/federal/reconciliation"
        counts = (await self.client.get(url, token=self.token))["items"]
        places = [item["municipality"] for item in counts if item["only_here"]]

        async def of(place: str) -> list[int]:
            told = await self.client.get(url, {"municipality": place}, self.token)
            return [item["number"] for item in told["only_here"]]

        return dict(zip(places, await asyncio.gather(*map(of, places)), strict=True))

    async def lists_nothing(self) -> bool:
        """Whether no list of the platform's was imported yet."""
        url = f"{self.addresses.intake}/api/v1/federal/reconciliation"
        return not any(item["theirs"] for item in (await self.client.get(url, token=self.token))["items"])

    async def report(self, wanted: Sequence[Mapping[str, Any]], today: date) -> None:
        """The quietest municipalities' figures, one after another."""
        url = f"{self.addresses.metrics}/api/v1/counters"
        counted = (await self.client.get(url, {"level": "municipality"}))["items"]
        quiet = sorted(counted, key=lambda item: (item["own_registered"], item["code"]))
        places = [item["code"] for item in quiet if item["code"] != shown()]
        for asked, place in zip(wanted, places, strict=False):
            given = dict(asked)
            as_of = (today - timedelta(days=given.pop("days_ago"))).isoformat()
            body = {"municipality": place, "as_of": as_of, **given}
            await self.client.post(f"{self.addresses.intake}/api/v1/reported-figures", body, token=self.token)


def table(ours: Mapping[str, Sequence[int]], wanted: Mapping[str, Any], today: date) -> bytes:
    """The platform's list as CSV: ours without the last of them, and some that are none of ours."""
    statuses, titles = cycle(wanted["statuses"]), cycle(wanted["titles"])
    numbered = [(place, number) for place, numbers in ours.items() for number in numbers]
    known = sorted(numbered, key=lambda each: each[1])[: -wanted["left_out"] or None]
    foreign = zip(range(wanted["foreign"]), cycle(ours), strict=False)
    rows = chain(
        ((f"ФП-{1000 + n}", place, "", number) for n, (place, number) in enumerate(known)),
        ((f"ФП-{9000 + n}", place, next(titles), "") for n, place in foreign),
    )
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(wanted["head"])
    for nth, (number, place, title, own) in enumerate(rows):
        day = today - timedelta(days=nth % 5)
        writer.writerow([number, place, f"{day:%d.%m.%Y}", next(statuses), title, own])
    return text.getvalue().encode("utf-8-sig")


async def list_federally(addresses: Addresses, password: str) -> None:
    """The list is uploaded and figures are reported; what is there already stays. Raises Stopped."""
    wanted = yaml.safe_load((DATA / "federal.yaml").read_text("utf-8"))
    async with web.opened(AT_ONCE) as client:
        opened = await campaigns.opened(client, addresses)
        today = in_zone(opened.time_zone).date()
        council = Council(client, addresses, await signed_in(client, addresses, OPERATOR, password))
        if await council.lists_nothing() and (ours := await council.put_forward()):
            columns = orjson.dumps(wanted["columns"]).decode()
            content = table(ours, wanted, today)
            url = f"{addresses.intake}/api/v1/federal/imports"
            await client.send(url, ("Список.csv", content), {"columns": columns}, council.token)
            await council.report(wanted["reported"], today)
    addresses.listed.touch()
