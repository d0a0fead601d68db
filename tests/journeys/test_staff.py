"""The staff in every service: rights begin and end with the appointment, also for an open live view."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx2
import pytest
import yaml

from deploy.demonstration.region import dated
from services.chassis.db.pool import open_pool
from services.chassis.process.clock import Clock
from services.hierarchy.imports.commands.open_campaign import open_campaign
from tests.client import PATIENCE, Client
from tests.installation import DEMONSTRATION, Installation, Process


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
        await open_campaign(pool, yaml.safe_dump(campaign, allow_unicode=True).encode(), datetime.now(UTC))
    async with asyncio.timeout(PATIENCE):
        while (await client.http.get(f"{client.url('metrics')}/api/v1/counters")).status_code != 401:
            await asyncio.sleep(0.1)


async def administrator_of(client: Client, address: str) -> dict[str, str]:
    """Somebody who was invited by the operator's command; what they send along."""
    client.installation.run("hierarchy", "invite-administrator", address, "Админова Ада")
    return bearer(await client.come(address))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def until_status(client: Client, path: str, who: dict[str, str], expected: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await client.http.get(f"{client.url('metrics')}{path}", headers=who)).status_code != expected:
            await asyncio.sleep(0.05)


async def test_closing_the_figures_ends_the_streams_of_strangers(client: Client) -> None:
    async with client.live() as live:
        await anext(live)
        await close_figures(client)
        async with asyncio.timeout(PATIENCE):
            async for _ in live:
                pass

    assert (await client.http.get(f"{client.url('metrics')}/api/v1/live")).status_code == 401


async def test_rights_reach_every_service_and_end_there(closed: Client) -> None:
    hierarchy, place = closed.url("hierarchy"), "13603000"
    administrator = await administrator_of(closed, "admin@example.org")
    token = administrator["Authorization"].removeprefix("Bearer ")
    (id_,) = await closed.appoint(token, {"role": "head", "of": place, "email": "head@example.org"})
    head = bearer(await closed.come("head@example.org"))
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
        async with asyncio.timeout(PATIENCE):
            async for _ in frames:
                pass

    assert foreign.status_code == 404
    await until_status(closed, "/api/v1/counters", administrator, 401)


async def test_the_worker_chains_what_was_done(closed: Client) -> None:
    token = (await administrator_of(closed, "third@example.org"))["Authorization"].removeprefix("Bearer ")
    people = [
        {"role": "head", "of": code, "email": f"{code}@example.org"} for code in ("13603151", "13638000")
    ]
    await closed.appoint(token, *people)
    ((written,),) = await closed.installation.rows("hierarchy", "SELECT count(*) FROM audit")

    async with asyncio.timeout(PATIENCE):
        while f"audit: {written} links" not in (said := verify_audit(closed.installation)):
            assert "changed" not in said
            await asyncio.sleep(0.2)

    assert written >= 3


def verify_audit(whole: Installation) -> str:
    checked = whole.run("hierarchy", "verify-audit")
    return checked.stdout + checked.stderr


async def test_a_killed_worker_delays_rights_and_loses_none(closed: Client) -> None:
    whole, hierarchy = closed.installation, closed.url("hierarchy")
    whole.kill("metrics", "worker")
    second = await administrator_of(closed, "second@example.org")
    whole.kill("hierarchy", "worker")
    me = await closed.http.get(f"{hierarchy}/api/v1/staff/me", headers=second)

    whole.start(Process("hierarchy", "worker"), Process("metrics", "worker"))

    assert [grant["role"] for grant in me.json()["grants"]] == ["administrator"]
    await until_status(closed, "/api/v1/counters", second, 200)
    assert httpx2.get(f"{whole.url('metrics')}/api/v1/counters").status_code == 401
