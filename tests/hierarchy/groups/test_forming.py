"""Two municipalities from the first day of preparing to the last of closing: a town with fourteen working
groups and a village of three people, and their council that looks on."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import asyncpg
import pytest
import yaml

from deploy.demonstration.region import dated, years_of
from deploy.local.home import ROOT
from services.chassis.db.pool import Pool, open_pool
from services.hierarchy.appointments.commands.invite_administrator import invite_administrator
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.groups.commands.state_coverage import count_anew
from services.hierarchy.groups.domain.coverage import Coverage
from services.hierarchy.groups.store import coverage
from services.hierarchy.imports.commands.import_municipalities import import_municipalities
from services.hierarchy.imports.commands.import_organizations import import_organizations
from services.hierarchy.imports.commands.import_smos import import_smos
from services.hierarchy.imports.commands.open_campaign import open_campaign
from services.hierarchy.territory.commands.add_calendars import add_by_law
from tests.databases import Database
from tests.hierarchy.office import (
    PASSWORD,
    TODAY,
    URL,
    Browser,
    House,
    Office,
    annexed,
    appoint,
    appointment,
    slug,
)

REGION = ROOT / "deploy" / "demonstration"
TOWN, VILLAGE = "13702000", "13603408"
FIRST_DAY = TODAY + timedelta(days=60)
"""Ahead of the clock of links and sessions, which is nobody's domain."""
TEMPLATE = yaml.safe_load((REGION / "campaign.yaml").read_text("utf-8"))
CAMPAIGN = dated(TEMPLATE, FIRST_DAY - timedelta(days=TEMPLATE["days"]["first_day"]))
DIRECTIONS = [direction["code"] for direction in CAMPAIGN["directions"]]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def deputy(nth: int) -> str:
    return f"deputy-{nth}@town.example"


async def load_demonstration(pool: Pool) -> None:
    await import_municipalities(pool, (REGION / "oktmo.csv").read_bytes(), "13")
    await import_smos(pool, (REGION / "smos.yaml").read_bytes())
    await import_organizations(pool, (REGION / "organizations.csv").read_bytes())
    await add_by_law(pool, years_of(CAMPAIGN), datetime.now(UTC))
    await open_campaign(pool, yaml.safe_dump(CAMPAIGN, allow_unicode=True).encode(), datetime.now(UTC))
    await invite_administrator(pool, Entrance(URL), "admin@example.org", "Админова Ада", datetime.now(UTC))


@pytest.fixture(scope="module")
def house(hierarchy_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration's region."""
    with House(hierarchy_database, tmp_path_factory.mktemp("house")).opened(load_demonstration) as house:
        yield house


@pytest.fixture
async def office(house: House, hierarchy: Pool) -> Office:
    """The demonstration's region the day before anybody may form anything."""
    office = await house.office(hierarchy)
    office.now = noon(CAMPAIGN["prepare_from"] - timedelta(days=1))
    return office


async def rows(office: Office, query: str, *values: object) -> list[asyncpg.Record]:
    """What is stored of all tenants."""
    async with open_pool(office.settings("worker"), server_settings={"app.municipalities": "*"}) as pool:
        return list(await pool.fetch(query, *values))


async def covered(office: Office, code: str) -> Coverage:
    """What the worker states of a municipality at the office's present moment."""
    async with open_pool(office.settings("worker"), server_settings={"app.municipalities": "*"}) as pool:
        await count_anew(pool, office.now)
        async with pool.acquire() as db:
            return (await coverage.stated(db, CAMPAIGN["id"]))[code]


async def entered(office: Office, browser: Browser, *people: dict[str, object]) -> None:
    """By an act of the office's day."""
    answer = await appoint(browser, *people, day=office.now.date().isoformat())
    assert answer.status_code == 201, answer.text


async def back_in(browser: Browser, email: str) -> None:
    """Somebody who has chosen a password before."""
    browser.cookies.clear()
    wanted = {"email": email, "password": PASSWORD}
    answer = await browser.post("/staff/sign-in", data=wanted, follow_redirects=False)
    assert answer.status_code == 303, answer.text


async def form(office: Office, browser: Browser, code: str, *groups: Mapping[str, object]) -> list[str]:
    body = {"municipality": code, "number": "3-р", "day": office.now.date().isoformat(), "groups": groups}
    answer = await browser.post("/api/v1/working-groups", json=body)
    assert answer.status_code == 201, answer.text
    return list(answer.json()["formed"])


async def account(office: Office, email: str) -> str:
    return str(await office.pool.fetchval("SELECT id FROM account WHERE email = $1", email))


async def organizations(office: Office, code: str) -> dict[str, str]:
    """The organizations of a municipality that need a coordinator: id → kind."""
    rows = await office.pool.fetch(
        "SELECT id, kind FROM organization WHERE founder = $1 AND kind <> 'администрация'", code
    )
    return {str(row["id"]): row["kind"] for row in rows}


async def test_two_municipalities_are_formed_and_run(office: Office, browser: Browser) -> None:
    await entered(
        office,
        browser,
        appointment("smo-operator", "smo", "council@example.org"),
        appointment("head", TOWN, "head@town.example"),
        appointment("head", VILLAGE, "head@village.example"),
    )

    await nothing_is_formed_too_early(office, browser)
    office.now = noon(CAMPAIGN["prepare_from"])
    await the_village_takes_the_short_scheme(office, browser)
    office.now += timedelta(days=3)
    groups = await the_town_forms_fourteen_groups(office, browser)
    office.now += timedelta(days=1)
    await every_deputy_appoints_coordinators(office, browser, groups)
    office.now = noon(CAMPAIGN["first_day"])
    await the_council_sees_counts_and_whom_to_call(office, browser)
    await a_deputy_leaves_and_the_gap_is_seen(office, browser, groups[0])
    office.now = noon(CAMPAIGN["close_until"])
    await the_last_day_is_a_day(office, browser)
    office.now += timedelta(days=1)
    await afterwards_everything_is_read_and_nothing_changed(office, browser)

    town, village = await covered(office, TOWN), await covered(office, VILLAGE)
    measured = {c.municipality: c.formed_at for c in (town, village)}
    assert measured == {
        TOWN: noon(CAMPAIGN["prepare_from"] + timedelta(days=3)),
        VILLAGE: noon(CAMPAIGN["prepare_from"]),
    }
    assert (town.coordinators_missing, village.coordinators_missing) == (0, 0)


async def nothing_is_formed_too_early(office: Office, browser: Browser) -> None:
    await office.come(browser, "head@town.example")

    day = office.now.date().isoformat()
    answer = await appoint(browser, appointment("deputy", TOWN, deputy(1)), day=day)

    assert slug(answer) == "not-forming-now"
    assert (await covered(office, TOWN)).groups == 0


async def the_village_takes_the_short_scheme(office: Office, browser: Browser) -> None:
    await office.come(browser, "head@village.example")
    head = await account(office, "head@village.example")

    await form(office, browser, VILLAGE, {"name": "Группа главы", "leader": head, "covers_all": True})
    await entered(office, browser, appointment("responsible", VILLAGE, "clerk@village.example"))
    administration = await office.pool.fetchval("SELECT id FROM organization WHERE founder = $1", VILLAGE)
    await entered(office, browser, appointment("coordinator", str(administration), "third@village.example"))

    stands = await covered(office, VILLAGE)
    assert (stands.groups, stands.groups_without_leader, stands.directions_uncovered) == (1, 0, 0)
    assert stands.formed_at == office.now, "what the short scheme leaves out is no gap"


async def the_town_forms_fourteen_groups(office: Office, browser: Browser) -> list[str]:
    await back_in(browser, "head@town.example")
    annex = [
        "ответственный; Ответова Ольга; responsible@town.example",
        "доверенное лицо; Писарев Пётр; clerk@town.example",
        *(f"заместитель; Заместителев Номер; {deputy(nth)}" for nth in range(14)),
    ]
    act = {"number": "1-р", "day": office.now.date().isoformat(), "annex": "\n".join(annex)}
    answer = await annexed(browser, act)
    assert answer.status_code == 303, unescape(answer.text)

    await office.come(browser, "clerk@town.example")
    leaders = [await account(office, deputy(nth)) for nth in range(14)]
    kinds = sorted(set((await organizations(office, TOWN)).values()) | {"администрация"})
    areas = [
        {"name": f"Группа {nth + 1}", "leader": leaders[nth], "directions": [code], "kinds": [kinds[nth]]}
        for nth, code in enumerate(DIRECTIONS)
    ]
    rest = {"name": "Группа 14", "leader": leaders[13], "kinds": kinds[13:]}
    groups = await form(office, browser, TOWN, *areas, rest)

    stands = await covered(office, TOWN)
    assert stands.groups == len(groups) == 14
    assert stands.formed_at == office.now
    assert stands.coordinators_missing == len(await organizations(office, TOWN))
    of_clerk = await rows(office, "SELECT FROM act WHERE on_behalf_of IS NOT NULL")
    assert len(of_clerk) == 1, "a clerk acts for the Head, and both are recorded"
    return groups


async def every_deputy_appoints_coordinators(office: Office, browser: Browser, groups: list[str]) -> None:
    for nth, group in enumerate(groups):
        await office.come(browser, deputy(nth))
        of_group = await rows(
            office,
            "SELECT organization FROM group_organization JOIN organization AS o ON o.id = organization"
            " WHERE working_group = $1 AND o.kind <> 'администрация'",
            group,
        )
        people = [
            appointment("coordinator", str(row["organization"]), f"{row['organization']}@town.example")
            for row in of_group
        ]
        if people:
            await entered(office, browser, *people)

    stands = await covered(office, TOWN)
    assert stands.coordinators_missing == 0
    assert stands.unanswered == len(await organizations(office, TOWN)) + 1, "and the responsible person"


async def the_council_sees_counts_and_whom_to_call(office: Office, browser: Browser) -> None:
    await office.come(browser, "council@example.org")

    page = unescape((await browser.get("/cabinet?q=Воленск")).text)
    inside = await browser.get(f"/cabinet/municipalities/{TOWN}")

    assert "Группы сформированы" in page
    assert "Ответова" in page
    assert "Заместителев" not in page
    assert inside.status_code == 200
    assert "Ответова" in inside.text
    assert "Заместителев" not in inside.text, "people are their municipality's"


async def a_deputy_leaves_and_the_gap_is_seen(office: Office, browser: Browser, group: str) -> None:
    await back_in(browser, "head@town.example")
    standing = "SELECT id FROM appointment WHERE role = 'leader' AND scope_of = $1 AND until_at IS NULL"
    leading = (await rows(office, standing, group))[0]["id"]

    ended = await browser.post(f"/api/v1/appointments/{leading}/end")
    again = await browser.post(f"/api/v1/appointments/{leading}/end")
    gap = await covered(office, TOWN)
    await entered(office, browser, appointment("leader", group, "new@town.example"))

    assert (ended.status_code, slug(again)) == (200, "appointment-ended")
    assert (gap.groups_without_leader, gap.is_formed) == (1, False)
    assert gap.formed_at is not None, "once formed is when it counts"
    assert (await covered(office, TOWN)).groups_without_leader == 0
    history = await rows(
        office, "SELECT until_at FROM appointment WHERE scope_of = $1 ORDER BY from_at", group
    )
    assert [row["until_at"] for row in history] == [office.now, None], "replaced, never erased"


async def the_last_day_is_a_day(office: Office, browser: Browser) -> None:
    await entered(office, browser, appointment("deputy", TOWN, "late@town.example"))


async def afterwards_everything_is_read_and_nothing_changed(office: Office, browser: Browser) -> None:
    day = office.now.date().isoformat()
    refused = await appoint(browser, appointment("deputy", TOWN, "later@town.example"), day=day)
    page = await browser.get(f"/cabinet/municipalities/{TOWN}")

    assert slug(refused) == "not-forming-now"
    assert "Заместителев" in unescape(page.text)
