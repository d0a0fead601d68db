"""The dictionaries over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from litestar.testing import AsyncTestClient

from services.chassis.db.pool import Pool
from services.hierarchy.imports.commands.import_municipalities import import_municipalities
from services.hierarchy.imports.commands.import_organizations import import_organizations
from services.hierarchy.imports.commands.import_smos import import_smos
from services.hierarchy.imports.commands.open_campaign import open_campaign

Read = Callable[[str], bytes]

HEADER = "external_id;founder;place;name;kind;headcount\n"


async def get(client: AsyncTestClient[Any], path: str, **params: str) -> dict[str, Any]:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def codes(client: AsyncTestClient[Any], **params: str) -> list[str]:
    found = await get(client, "/api/v1/municipalities", **params)
    return [item["code"] for item in found["items"]]


async def test_without_an_open_campaign_the_answer_says_so(client: AsyncTestClient[Any]) -> None:
    answer = await client.get("/api/v1/campaigns/current")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["type"] == "/problems/campaign-not-open"


async def test_the_open_campaign_has_everything_a_form_needs(
    client: AsyncTestClient[Any], pool: Pool, file: Read
) -> None:
    await open_campaign(pool, file("campaign.yaml"), datetime.now(UTC))

    campaign = await get(client, "/api/v1/campaigns/current")

    assert campaign["id"] == "spring-2026"
    assert campaign["first_day"] == "2026-02-14"
    assert campaign["time_zone"] == "Europe/Samara"
    assert campaign["directions"][0] == {"code": "roads", "name": "Дороги"}
    assert campaign["classifiers"][1] == {
        "code": "form",
        "name": "Форма",
        "of": "initiative",
        "values": [{"code": "personal", "name": "Личная"}],
    }
    assert campaign["consent"] == {"version": "1", "text": "Я согласен."}
    assert campaign["limits"] == {"title": 200, "text": 4000}


async def test_municipalities_come_by_the_alphabet(
    client: AsyncTestClient[Any], pool: Pool, file: Read
) -> None:
    await import_municipalities(pool, file("classifier_utf8.csv"), "13")
    await import_smos(pool, "- {id: smo, name: Совет, municipalities: [13605000]}".encode())

    found = await get(client, "/api/v1/municipalities")

    assert found["next"] is None
    assert found["items"][0] == {
        "code": "13605000",
        "name": "Берёзовский муниципальный район",
        "kind": "municipal_district",
        "parent": None,
        "smo": "smo",
        "successor": None,
    }
    names = [item["name"].split()[0] for item in found["items"]]
    assert names.index("Егорьевское") < names.index("Ёлкинское") < names.index("Каменское")


async def test_municipalities_are_found_by_district_and_part_of_the_name(
    client: AsyncTestClient[Any], pool: Pool, file: Read
) -> None:
    await import_municipalities(pool, file("classifier_utf8.csv"), "13")

    assert await codes(client, parent="13610000") == ["13610404", "13610408"]
    assert await codes(client, q="елкинск") == ["13605404"]
    assert await codes(client, q="ЁЛК посел") == ["13605404"]
    assert await codes(client, parent="13610000", q="дальн") == ["13610404"]
    assert await codes(client, parent="", q="%") == []
    assert await codes(client, parent="13999000") == []


async def test_pages_follow_one_another_without_gaps(
    client: AsyncTestClient[Any], pool: Pool, file: Read
) -> None:
    await import_municipalities(pool, file("classifier_utf8.csv"), "13")
    whole = await codes(client)

    path, met, pages = "/api/v1/municipalities?limit=4", [], 0
    while path:
        page = (await client.get(path)).json()
        met += [item["code"] for item in page["items"]]
        path, pages = page["next"], pages + 1

    assert met == whole
    assert pages == 4


async def test_organizations_are_found_at_founder_and_place(
    client: AsyncTestClient[Any], pool: Pool, file: Read
) -> None:
    await import_municipalities(pool, file("classifier_utf8.csv"), "13")
    table = (
        f"{HEADER}1;13605000;13605404;Школа № 10;школа;40\n2;13605000;13605000;Школа № 9;школа;\n"
        "3;13605404;13605404;Клуб «Ёлочка»;клуб;3\n4;13701000;13701000;Клуб;клуб;3\n"
    )
    await import_organizations(pool, table.encode())

    of_district = await get(client, "/api/v1/organizations", municipality="13605000")
    of_settlement = await get(client, "/api/v1/organizations", municipality="13605404")
    by_name = await get(client, "/api/v1/organizations", q="елочка")

    assert [item["name"] for item in of_district["items"]] == ["Школа № 9", "Школа № 10"]
    assert [item["name"] for item in of_settlement["items"]] == ["Клуб «Ёлочка»", "Школа № 10"]
    [club] = by_name["items"]
    assert set(club) == {"id", "name", "founder", "place"}
    assert (club["founder"], club["place"], by_name["next"]) == ("13605404", "13605404", None)


async def test_a_page_of_organizations_names_the_next(
    client: AsyncTestClient[Any], pool: Pool, file: Read
) -> None:
    await import_municipalities(pool, file("classifier_utf8.csv"), "13")
    rows = "".join(f"{n};13605000;13605000;Школа № {n};школа;\n" for n in range(1, 151))
    await import_organizations(pool, (HEADER + rows).encode())

    first = await get(client, "/api/v1/organizations", municipality="13605000", q="школа")
    second = (await client.get(first["next"])).json()

    names = [item["name"] for item in (*first["items"], *second["items"])]
    assert names == [f"Школа № {n}" for n in range(1, 151)]
    assert second["next"] is None


async def test_a_parameter_that_makes_no_sense_is_a_bad_request(
    client: AsyncTestClient[Any],
) -> None:
    for path in ("municipalities?parent=x", "municipalities?limit=0", "organizations?after=x"):
        answer = await client.get(f"/api/v1/{path}")

        assert answer.status_code == 400, path
        assert answer.json()["type"] == "/problems/bad-request"
