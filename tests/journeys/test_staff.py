"""The staff in every service: rights begin and end with the appointment, also for an open live view."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes

import httpx2
import pytest
import yaml

from deploy.demonstration.region import dated
from services.chassis.clock import Clock
from services.chassis.db import open_pool
from services.hierarchy.commands.open_campaign import open_campaign
from tests.client import PATIENCE, Client
from tests.installation import DEMONSTRATION, Installation, Process

PASSWORD = "лодка плывёт домой"
SOON = 10


@pytest.fixture
async def closed(installation: Installation) -> AsyncIterator[Client]:
    """A client of a region whose figures are the staff's."""
    async with installation.client() as client:
        if (await client.http.get(f"{client.url('metrics')}/api/v1/counters")).status_code != 401:
            await client.structure_arrived()
            await close_figures(client)
        yield client


async def close_figures(client: Client) -> None:
    template = yaml.safe_load((DEMONSTRATION / "campaign.yaml").read_text("utf-8"))
    campaign = dated(template, Clock().now().date()) | {"figures": "staff"}
    async with open_pool(client.installation.settings("hierarchy")) as pool:
        await open_campaign(pool, yaml.safe_dump(campaign, allow_unicode=True).encode())
    async with asyncio.timeout(PATIENCE):
        while (await client.http.get(f"{client.url('metrics')}/api/v1/counters")).status_code != 401:
            await asyncio.sleep(0.1)


def letter_to(whole: Installation, address: str) -> str:
    letters = [message_from_bytes(file.read_bytes()) for file in (whole.folder / "mail").glob("*.eml")]
    bodies = [m.get_payload(decode=True).decode() for m in letters if m["To"] == address]  # type: ignore[union-attr]
    return bodies[-1] if bodies else ""


async def come(client: Client, address: str, link: str = "") -> dict[str, str]:
    """Choose a password by the link of the letter; what is sent along from now on."""
    async with asyncio.timeout(PATIENCE):
        while not (found := re.search(r"/staff/links/\S+", link or letter_to(client.installation, address))):
            await asyncio.sleep(0.1)
    form = {"password": PASSWORD, "again": PASSWORD}
    chosen = await client.http.post(f"{client.url('hierarchy')}{found[0]}", data=form)
    assert chosen.status_code == 303, chosen.text
    credentials = {"email": address, "password": PASSWORD}
    signed_in = await client.http.post(f"{client.url('hierarchy')}/api/v1/staff/sessions", json=credentials)
    return {"Authorization": f"Bearer {signed_in.json()['token']}"}


async def until_status(client: Client, path: str, who: dict[str, str], expected: int) -> None:
    async with asyncio.timeout(SOON):
        while (await client.http.get(f"{client.url('metrics')}{path}", headers=who)).status_code != expected:
            await asyncio.sleep(0.05)


async def test_rights_reach_every_service_and_end_there(closed: Client) -> None:
    whole, hierarchy = closed.installation, closed.url("hierarchy")
    invited = whole.run("hierarchy", "invite-administrator", "admin@example.org", "Админова Ада")
    administrator = await come(closed, "admin@example.org", invited.stdout)
    place = "13603000"
    act = {
        "number": "1",
        "day": datetime.now(UTC).date().isoformat(),
        "appointments": [{"role": "head", "of": place, "name": "Глава", "email": "head@example.org"}],
    }
    appointed = await closed.http.post(f"{hierarchy}/api/v1/appointments", json=act, headers=administrator)
    (id_,) = appointed.json()["appointed"]
    head = await come(closed, "head@example.org")
    await until_status(closed, f"/api/v1/counters?within={place}", head, 200)
    await until_status(closed, "/api/v1/counters", administrator, 200)
    foreign = await closed.http.get(f"{closed.url('metrics')}/municipalities/13702000", headers=head)

    async with closed.http.stream(
        "GET", f"{closed.url('metrics')}/api/v1/live", headers=administrator, timeout=None
    ) as live:
        frames = live.aiter_lines()
        assert (await anext(frames)).startswith("event: snapshot")
        await closed.http.post(f"{hierarchy}/api/v1/appointments/{id_}/end", headers=administrator)
        await until_status(closed, f"/api/v1/counters?within={place}", head, 404)
        await closed.http.delete(f"{hierarchy}/api/v1/staff/sessions/current", headers=administrator)
        async with asyncio.timeout(SOON):
            async for _ in frames:
                pass

    assert foreign.status_code == 404
    await until_status(closed, "/api/v1/counters", administrator, 401)


async def test_a_killed_worker_delays_rights_and_loses_none(closed: Client) -> None:
    whole, hierarchy = closed.installation, closed.url("hierarchy")
    invited = whole.run("hierarchy", "invite-administrator", "second@example.org", "Вторая Вера")
    whole.kill("hierarchy", "worker")
    whole.kill("metrics", "worker")
    second = await come(closed, "second@example.org", invited.stdout)
    me = await closed.http.get(f"{hierarchy}/api/v1/staff/me", headers=second)

    whole.start(Process("hierarchy", "worker"), Process("metrics", "worker"))

    assert [grant["role"] for grant in me.json()["grants"]] == ["administrator"]
    await until_status(closed, "/api/v1/counters", second, 200)
    assert httpx2.get(f"{whole.url('metrics')}/api/v1/counters").status_code == 401
