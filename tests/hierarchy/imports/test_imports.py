"""Imports and campaigns on a real database."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.local.home import new_signing_key
from services.chassis.db.pool import Pool
from services.chassis.errors import Conflict
from services.chassis.streams.tail import Stream
from services.chassis.tables.rows import BadFile
from services.chassis.web.tokens import Signer
from services.hierarchy.imports.commands.import_municipalities import import_municipalities
from services.hierarchy.imports.commands.import_organizations import import_organizations
from services.hierarchy.imports.commands.import_population import import_population
from services.hierarchy.imports.commands.import_smos import import_smos
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.imports.domain.oktmo import check_digit
from services.hierarchy.restate import restate
from services.hierarchy.territory.commands.apply_changes import Summary
from services.hierarchy.territory.domain import calendar

Read = Callable[[str], bytes]

ALL = "- {id: smo, name: Совет, municipalities: all}".encode()
HEADER = "external_id;founder;place;name;kind;headcount\n"


async def outgoing(pool: Pool) -> list[dict[str, Any]]:
    return [json.loads(row["data"]) for row in await pool.fetch("SELECT data FROM outbox ORDER BY id")]


async def types(pool: Pool) -> Counter[str]:
    return Counter(row["type"].split(".")[1] for row in await pool.fetch("SELECT type FROM outbox"))


async def last_state(pool: Pool, subject: str) -> dict[str, Any]:
    data = await pool.fetchval("SELECT data FROM outbox WHERE subject = $1 ORDER BY id DESC LIMIT 1", subject)
    state: dict[str, Any] = json.loads(data)
    return state


def figures(summary: Summary) -> tuple[int, int, int, int]:
    return summary.added, summary.changed, summary.unchanged, len(summary.missing)


async def import_region(pool: Pool, file: Read) -> None:
    await import_municipalities(pool, file("classifier_utf8.csv"), "13")


async def test_every_imported_municipality_is_announced(pool: Pool, file: Read) -> None:
    [summary] = await import_municipalities(pool, file("classifier_utf8.csv"), "13")

    assert figures(summary) == (15, 0, 0, 0)
    assert await types(pool) == {"municipality": 15}
    state = await last_state(pool, "municipality:13605404")
    assert state["version"] == 1
    assert state["name"] == "Ёлкинское сельское поселение"
    assert (state["parent"], state["oktmo_now"], state["smo"]) == ("13605000", "13605404", None)


async def test_the_same_classifier_again_announces_nothing(pool: Pool, file: Read) -> None:
    await import_region(pool, file)

    [summary] = await import_municipalities(pool, file("classifier_1251.csv"), "13")

    assert figures(summary) == (0, 0, 15, 0)
    assert await types(pool) == {"municipality": 15}


async def test_a_renamed_municipality_gets_the_next_version(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    renamed = file("classifier_utf8.csv").decode().replace("Егорьевское", "Георгиевское").encode()

    [summary] = await import_municipalities(pool, renamed, "13")

    assert figures(summary) == (0, 1, 14, 0)
    state = await last_state(pool, "municipality:13610408")
    assert (state["version"], state["name"]) == (2, "Георгиевское сельское поселение")


async def test_a_missing_municipality_is_named_and_kept(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    lines = file("classifier_utf8.csv").decode().splitlines()
    without = "\n".join(line for line in lines if "Егорьевское" not in line).encode()

    [summary] = await import_municipalities(pool, without, "13")

    assert summary.missing == ("13610408 Егорьевское сельское поселение",)
    assert await pool.fetchval("SELECT count(*) FROM municipality") == 15


async def test_a_bad_classifier_changes_nothing(pool: Pool, file: Read) -> None:
    with pytest.raises(BadFile):
        await import_municipalities(pool, file("classifier_broken.csv"), "13")

    assert await pool.fetchval("SELECT count(*) FROM municipality") == 0
    assert await outgoing(pool) == []


async def test_imports_at_the_same_time_take_turns(pool: Pool, file: Read) -> None:
    summaries = await asyncio.gather(
        *(import_municipalities(pool, file("classifier_utf8.csv"), "13") for _ in range(4))
    )

    assert sorted(figures(summary) for [summary] in summaries) == [
        *[(0, 0, 15, 0)] * 3,
        (15, 0, 0, 0),
    ]
    assert await types(pool) == {"municipality": 15}


async def test_a_known_code_keeps_its_id_when_the_classifier_renumbers_it(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    await pool.execute("UPDATE municipality SET oktmo_now = '13610416' WHERE code = '13610408'")
    before = f"13 610 408    ;{check_digit('13610408')}"
    now = f"13 610 416    ;{check_digit('13610416')}"
    renumbered = file("classifier_utf8.csv").decode().replace(before, now).encode()

    [summary] = await import_municipalities(pool, renumbered, "13")

    assert figures(summary) == (0, 0, 15, 0)


async def test_population_changes_only_what_differs(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    table = b"code;population;audience\n13605000;12000;900\n13605404;700;\n"

    [first] = await import_population(pool, table)
    [second] = await import_population(pool, table.replace(b"700", b"701"))

    assert figures(first) == (0, 2, 0, 13)
    assert figures(second) == (0, 1, 1, 13)
    state = await last_state(pool, "municipality:13605404")
    assert (state["version"], state["population"], state["audience"]) == (3, 701, None)


async def test_a_new_import_keeps_population_and_smo(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    await import_smos(pool, ALL)
    await import_population(pool, b"code;population;audience\n13605000;12000;900\n")

    [summary] = await import_municipalities(pool, file("classifier_utf8.csv"), "13")

    assert figures(summary) == (0, 0, 15, 0)


async def test_an_smo_is_announced_before_its_municipalities(pool: Pool, file: Read) -> None:
    await import_region(pool, file)

    councils, members = await import_smos(pool, ALL)

    assert figures(councils) == (1, 0, 0, 0)
    assert figures(members) == (0, 15, 0, 0)
    announced = (await outgoing(pool))[15:]
    assert announced[0] == {"version": 1, "id": "smo", "name": "Совет"}
    assert {event["smo"] for event in announced[1:]} == {"smo"}


async def test_a_municipality_that_a_list_no_longer_names_leaves_the_smo(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    await import_smos(pool, ALL)

    await import_smos(pool, "- {id: smo, name: Совет, municipalities: [13605000]}".encode())

    assert (await last_state(pool, "municipality:13605404"))["smo"] == "smo"
    assert (await last_state(pool, "municipality:13701000"))["smo"] is None


async def test_a_municipality_imported_later_joins_the_smo_of_all(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    await import_smos(pool, ALL)

    await import_municipalities(pool, file("classifier_utf8.csv"), "16")

    assert (await last_state(pool, "municipality:16605404"))["smo"] == "smo"


async def test_an_smo_missing_from_the_list_is_named_and_kept(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    await import_smos(pool, ALL)
    other = "- {id: other, name: Другой, municipalities: [13701000]}".encode()

    councils, members = await import_smos(pool, other)

    assert councils.missing == ("smo Совет",)
    assert figures(members) == (0, 1, 14, 0)


async def test_an_organization_keeps_its_id(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    table = f"{HEADER}7;13605000;13605404;Школа № 7;школа;40\n"
    await import_organizations(pool, table.encode())
    [first] = [event for event in await outgoing(pool) if "external_id" in event]

    await import_organizations(pool, table.encode())
    [summary] = await import_organizations(pool, table.replace(";40", ";41").encode())

    *_, last = [event for event in await outgoing(pool) if "external_id" in event]
    assert figures(summary) == (0, 1, 0, 0)
    assert last == {**first, "version": 2, "headcount": 41}


async def test_a_missing_organization_is_named_and_kept(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    await import_organizations(pool, f"{HEADER}7;13605000;13605000;Школа;школа;40\n".encode())

    [summary] = await import_organizations(pool, f"{HEADER}8;13605000;13605000;Клуб;клуб;4\n".encode())

    assert summary.missing == ("13605000 7 Школа",)
    assert await pool.fetchval("SELECT count(*) FROM organization WHERE NOT closed") == 2


async def test_one_bad_organization_refuses_all(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    table = f"{HEADER}7;13605000;13605000;Школа;школа;40\n8;13605000;13701000;Клуб;клуб;4\n"

    with pytest.raises(BadFile):
        await import_organizations(pool, table.encode())

    assert await pool.fetchval("SELECT count(*) FROM organization") == 0


async def test_thousands_of_organizations_are_imported_with_progress(pool: Pool, file: Read) -> None:
    await import_region(pool, file)
    rows = "".join(f"{n};13605000;13605404;Школа № {n};школа;{n}\n" for n in range(2500))
    seen: list[tuple[str, int, int]] = []

    [summary] = await import_organizations(pool, (HEADER + rows).encode(), lambda *step: seen.append(step))

    assert figures(summary) == (2500, 0, 0, 0)
    assert [done for _, done, _ in seen] == [1000, 2000, 2500]
    assert (await types(pool))["organization"] == 2500


async def test_an_opened_campaign_is_announced_once(pool: Pool, file: Read) -> None:
    [first] = await open_campaign(pool, file("campaign.yaml"), datetime.now(UTC))
    [second] = await open_campaign(pool, file("campaign.yaml"), datetime.now(UTC))

    assert (figures(first), figures(second)) == ((1, 0, 0, 0), (0, 0, 1, 0))
    *years, event = await outgoing(pool)
    assert [year["year"] for year in years] == calendar.years(), "its working days are known before it is"
    assert (event["id"], event["version"], event["open"]) == ("spring-2026", 1, True)
    assert event["first_day"] == "2026-02-14"


async def test_a_changed_campaign_gets_the_next_version(pool: Pool, file: Read) -> None:
    await open_campaign(pool, file("campaign.yaml"), datetime.now(UTC))

    await open_campaign(pool, file("campaign.yaml").replace(b"text: 4000", b"text: 5000"), datetime.now(UTC))

    state = await last_state(pool, "campaign:spring-2026")
    assert (state["version"], state["limits"]["text"]) == (2, 5000)


async def test_at_most_one_campaign_is_open(pool: Pool, file: Read) -> None:
    await open_campaign(pool, file("campaign.yaml"), datetime.now(UTC))

    with pytest.raises(Conflict) as refusal:
        await open_campaign(
            pool, file("campaign.yaml").replace(b"spring-2026", b"summer-2026"), datetime.now(UTC)
        )

    assert refusal.value.facts["id"] == "spring-2026"
    assert (await types(pool))["campaign"] == 1


async def test_a_new_epoch_begins_with_everything_as_it_is_now(pool: Pool, file: Read) -> None:
    await open_campaign(pool, file("campaign.yaml"), datetime.now(UTC))
    await import_region(pool, file)
    await import_smos(pool, ALL)
    await import_organizations(pool, f"{HEADER}7;13605000;13605000;Школа;школа;40\n".encode())

    async with pool.acquire() as db, db.transaction():
        telling = restate(Signer("hierarchy", new_signing_key()))
        events = [event async for event in telling(db, Stream("dialogue.structure.v1", 0))]

    told = {
        row["subject"]: json.loads(row["data"])
        for row in await pool.fetch("SELECT subject, data FROM outbox ORDER BY id")
    }
    assert {event.subject: event.model_dump(mode="json") for event in events} == told
