"""One number, one base: wherever the same thing is counted, the same figure stands."""

import asyncio
import csv
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from tests.client import PATIENCE, Client

PLACE = "13607000"
HERE = f"/cabinet/municipalities/{PLACE}"


class Viewer:
    """Somebody of the staff with a browser's way of asking."""

    def __init__(self, client: Client, token: str) -> None:
        self._client, self._token = client, token

    async def page(self, path: str, service: str = "hierarchy") -> str:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "text/html"}
        answer = await self._client.http.get(f"{self._client.url(service)}{path}", headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return unescape(answer.text).replace("\xa0", " ")

    async def rows(self, path: str) -> list[dict[str, str]]:
        return list(csv.DictReader((await self.page(path)).lstrip("\ufeff").splitlines(), delimiter=";"))

    async def today(self) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = await self._client.http.get(f"{self._client.url('hierarchy')}/api/v1/today", headers=headers)
        return {item["kind"]: item for item in answer.json()["items"]}

    async def post(self, path: str, body: Mapping[str, object]) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = await self._client.http.post(
            f"{self._client.url('hierarchy')}{path}", json=body, headers=headers
        )
        assert answer.status_code < 300, answer.text


async def test_cabinet_structure_files_and_live_view_say_the_same(client: Client) -> None:
    await client.invite("base-admin@example.org", "Админова Ада")
    token = await client.come("base-admin@example.org")
    administrator = Viewer(client, token)
    await client.appoint(
        token,
        {"role": "head", "of": PLACE, "email": "base-head@example.org"},
        {"role": "smo-operator", "of": "smo", "email": "base-smo@example.org"},
    )
    head = Viewer(client, await client.come("base-head@example.org"))
    council = Viewer(client, await client.come("base-smo@example.org"))
    group = {"name": "Школы", "directions": ["education"], "kinds": ["школа"]}
    act = {"municipality": PLACE, "number": "1", "day": (await day_of(client)), "groups": [group]}
    await head.post("/api/v1/working-groups", act)

    waits = await head.today()
    missing, uncovered = waits["coordinators"]["count"], waits["organizations"]["count"]
    base = int(re.search(r"из (\d+), которым он нужен", waits["coordinators"]["title"])[1])  # type: ignore[index]
    await stated(council, f"{missing} из {base}")

    assert 0 < missing <= base
    assert uncovered > 0
    listed = await head.rows(f"{HERE}/organizations?missing=coordinator&format=csv")
    assert len(listed) == missing
    assert len(await head.rows(f"{HERE}/organizations?missing=group&format=csv")) == uncovered
    assert re.search(rf"Без координатора <a[^>]*>{missing}</a> \w+ из {base},", await head.page(HERE))
    assert f"{missing} из {base}, которым он нужен" in await council.page(HERE)

    of_region = await administrator.rows("/cabinet?format=csv")
    (row,) = (row for row in of_region if row["Код"] == PLACE)
    assert (int(row["Без координатора"]), int(row["Организаций"])) == (missing, base)
    everywhere = (await administrator.today())["coordinators"]
    assert everywhere["count"] == sum(int(row["Без координатора"]) for row in of_region)
    whole = sum(int(row["Организаций"]) for row in of_region)
    assert f"из {whole}, которым он нужен" in everywhere["title"]

    structure = await administrator.page("/cabinet/structure")
    assert re.search(rf"Координатор нужен {whole} из них", structure)
    assert f'places">{len(of_region)}</a>' in structure
    assert f"Всего муниципальных образований: {len(of_region)}" in await administrator.page("/cabinet")


async def day_of(client: Client) -> str:
    answer = await client.http.get(f"{client.url('hierarchy')}/api/v1/campaigns/current")
    return str(answer.json()["first_day"])


async def stated(council: Viewer, figure: str) -> None:
    """The worker has stated the coverage, and the live view has read it."""
    async with asyncio.timeout(PATIENCE):
        while figure not in re.sub(r"<[^>]+>", "", await council.page(f"/municipalities/{PLACE}", "metrics")):
            await asyncio.sleep(0.2)
