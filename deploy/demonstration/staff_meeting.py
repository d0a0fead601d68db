"""A staff meeting of the fictional region, entered by its pages: the sheet, and fifteen ideas at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import web
from deploy.demonstration.addresses import Addresses
from deploy.demonstration.days import in_zone
from deploy.demonstration.plans import signed_in
from deploy.demonstration.region import DATA
from deploy.demonstration.staff import shown
from deploy.demonstration.web import Web

POSITION = "budget"


async def enter_staff_meeting(addresses: Addresses, password: str) -> None:
    """The meeting is begun, its people are on the sheet, and all rows are sent. Raises Stopped."""
    wanted = yaml.safe_load((DATA / "staff_meeting.yaml").read_text("utf-8"))
    async with web.opened(1) as client:
        token = await signed_in(client, addresses, wanted["leader"], password)
        today = in_zone((await campaigns.opened(client, addresses)).time_zone).date()
        organization = await _supervised(client, addresses, token)
        await _enter(client, f"{addresses.intake}/staff-meetings", token, organization, today, wanted)
    addresses.met.touch()


def grid(ideas: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The fields of the grid in which ideas are typed."""
    return {
        f"{column}-{uuid5(NAMESPACE_URL, idea['title'])}": idea.get(column, "")
        for idea in ideas
        for column in ("authors", "direction", "form", "title", "text")
    }


async def _supervised(client: Web, addresses: Addresses, token: str) -> str:
    """An organization of the leader's working group."""
    url = f"{addresses.hierarchy}/api/v1/working-groups"
    groups = await client.get(url, {"municipality": shown()}, token)
    return str(groups["items"][0]["organizations"][0])


async def _enter(
    client: Web, pages: str, token: str, organization: str, today: date, wanted: Mapping[str, Any]
) -> None:
    begun = await client.fill(pages, {"organization": organization, "day": today.isoformat()}, token)
    sheet = str(begun)
    await client.fill(sheet, {"people": "\n".join(wanted["people"]), "position": POSITION}, token)
    await client.fill(sheet.removesuffix("/people"), {"do": "send", **grid(wanted["ideas"])}, token)
