"""People of the fictional region whom the staff registered in person, with what they suggested."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import yaml

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import web
from deploy.demonstration.addresses import Addresses
from deploy.demonstration.days import in_zone
from deploy.demonstration.plans import signed_in
from deploy.demonstration.region import DATA
from deploy.demonstration.staff import head_of, shown

KEYS = UUID("0c6a2f4e-57d1-4f0e-9a53-6f2f3d0b7a11")


async def enter_in_person(addresses: Addresses, password: str) -> None:
    """The shown municipality's Head enters a few for their authors; what is entered already stays as it is.

    Raises Stopped for a refusal.
    """
    wanted = yaml.safe_load((DATA / "in_person.yaml").read_text("utf-8"))
    async with web.opened(1) as client:
        opened = await campaigns.opened(client, addresses)
        token = await signed_in(client, addresses, head_of(shown()), password)
        rows = [_row(each, in_zone(opened.time_zone).date()) for each in wanted]
        body = {"municipality": shown(), "rows": rows}
        await client.post(f"{addresses.intake}/api/v1/assisted", body, token=token)
    addresses.entered.touch()


def _row(asked: dict[str, Any], today: date) -> dict[str, Any]:
    consent = {"kind": "paper", "day": today.isoformat()}
    people = [
        {"name": name, "position": "resident", "key": str(uuid5(KEYS, name)), "consent": consent}
        for name in asked["authors"]
    ]
    form = "collective" if len(people) > 1 else "personal"
    written = {name: asked[name] for name in ("direction", "title", "text")}
    return {"key": str(uuid5(KEYS, asked["title"])), "authors": people, "form": form, **written}
