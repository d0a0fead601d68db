"""Consultations: recorded at every level, corrected within the day, counted by whoever oversees them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.appointments import SCOPE_OF, Level, Role, Scope
from contracts.hotline import ConsultationRecorded, ConsultationRestated, HotlineEvent
from contracts.streams import partition_of
from services.chassis.streams.tail import Stream
from services.hotline.consultations.domain.consultations import LEVEL_OF
from services.hotline.restate import restate
from tests.factories import DISTRICT, HERE, OKRUG, SETTLEMENT
from tests.hotline.consultations.recording import CONSULTED, ask, coordinator, counted, head, record
from tests.hotline.staffed import GROUP, OTHER_SCHOOL, SCHOOL, Staffed

SCOPES = {Scope.MUNICIPALITY: DISTRICT, Scope.GROUP: str(GROUP), Scope.ORGANIZATION: str(SCHOOL)}


@pytest.mark.parametrize("role", sorted(LEVEL_OF))
async def test_every_level_records_at_its_own(line: Staffed, role: Role) -> None:
    async with line.browser(await line.grant(role, SCOPES[SCOPE_OF[role]], DISTRICT)) as browser:
        recorded = await record(browser)

    assert recorded["level"] == LEVEL_OF[role]
    [(kind, told)] = await line.told()
    assert kind == "dialogue.consultation.recorded.v1"
    assert '"level":"' + LEVEL_OF[role] in told.replace(" ", "")


def test_every_role_of_the_line_of_subordination_has_a_level() -> None:
    assert set(LEVEL_OF) == set(Role) - {Role.ADMINISTRATOR, Role.SMO_OPERATOR}
    assert set(LEVEL_OF.values()) == set(Level)


async def test_an_event_says_everything_but_names_and_words(line: Staffed) -> None:
    async with line.browser(await coordinator(line)) as browser:
        await record(browser, whom="Канарейкин", note="Секретный совет", led_to_initiative=True)

    [(_, told)] = await line.told()
    event = ConsultationRecorded.model_validate_json(told)
    assert (event.organization, event.direction, event.theme) == (SCHOOL, "roads", "wording")
    assert event.led_to_initiative
    assert event.recorded_at.utcoffset() == event.recorded_at.astimezone(HERE).utcoffset()
    for word in ("Канарейкин", "совет", "Координаторова"):
        assert word not in told


async def test_a_coordinator_s_own_organization_is_the_default(line: Staffed) -> None:
    async with line.browser(await coordinator(line)) as browser:
        await record(browser)
        await record(browser, organization=None)
        found = await counted(browser)

    assert [each["organization"] for each in found["items"]] == [None, str(SCHOOL)]


async def test_whoever_holds_several_roles_chooses_and_the_last_is_the_default(line: Staffed) -> None:
    account = uuid4()
    await line.grant_more(account, Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT)
    async with line.browser(await coordinator(line, account)) as browser:
        first = await record(browser)
        chosen = await record(browser, level="coordinator")
        after = await record(browser)
        refused = await browser.post("/api/v1/consultations", json={**CONSULTED, "level": "head"})

    assert [each["level"] for each in (first, chosen, after)] == ["hotline", "coordinator", "coordinator"]
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "level"


async def test_the_same_request_counts_once(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        key = {"Idempotency-Key": "once"}
        asked = [browser.post("/api/v1/consultations", json=CONSULTED, headers=key) for _ in range(2)]
        statuses = sorted(answer.status_code for answer in await asyncio.gather(*asked))
        total = (await counted(browser))["counts"]["total"]

    assert statuses[0] == 201
    assert total == 1


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"mode": "по-всякому"}, "mode"),
    ({"theme": "нет"}, "theme"),
    ({"direction": "space"}, "direction"),
    ({"organization": str(OTHER_SCHOOL)}, "organization"),
    ({"organization": "00000000-0000-0000-0000-000000000001"}, "organization"),
    ({"note": "я" * 4_001}, "note"),
    ({"whom": "я" * 201}, "whom"),
    ({"level": "head"}, "level"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
async def test_what_is_wrong_is_said_at_its_field(line: Staffed, wrong: dict[str, Any], field: str) -> None:
    async with line.browser(await coordinator(line)) as browser:
        refused = await browser.post("/api/v1/consultations", json=CONSULTED | wrong)

    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == [field]


async def test_everything_that_is_wrong_is_told_at_once(line: Staffed) -> None:
    async with line.browser(await coordinator(line)) as browser:
        everything = {name: value for wrong, _ in WRONG for name, value in wrong.items()}
        refused = await browser.post("/api/v1/consultations", json=CONSULTED | everything)

    assert {each["field"] for each in refused.json()["errors"]} == {field for _, field in WRONG}


async def test_what_nobody_sees_is_no_name(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        await record(browser, whom="\u200b\0 \u202e", note="\ufeff")
        item = (await counted(browser))["items"][0]

    assert (item["whom"], item["note"]) == ("", "")


async def test_nobody_records_outside_the_campaign_s_days(line: Staffed) -> None:
    began = line.now
    for ahead in (-41, 41):
        line.now = began + timedelta(days=ahead)
        token = await head(line)
        async with line.browser(token) as browser:
            refused = await browser.post("/api/v1/consultations", json=CONSULTED)
        assert refused.status_code == 409, refused.text
        assert "Консультации записывают с" in refused.json()["detail"]


async def test_nobody_records_in_a_foreign_municipality(line: Staffed) -> None:
    async with line.browser(await head(line, OKRUG)) as browser:
        assert (await browser.post("/api/v1/consultations", json=CONSULTED)).status_code == 404
        foreign = {"municipality": DISTRICT}
        assert (await browser.get("/api/v1/consultations", params=foreign)).status_code == 404
    async with line.browser(await line.grant(Role.ADMINISTRATOR, "region")) as browser:
        assert (await browser.post("/api/v1/consultations", json=CONSULTED)).status_code == 404


async def test_whoever_serves_a_settlement_consults_there(line: Staffed) -> None:
    async with line.browser(await line.grant(Role.HOTLINE_OPERATOR, DISTRICT, DISTRICT)) as browser:
        recorded = await record(browser, municipality=SETTLEMENT)

    assert recorded["municipality"] == SETTLEMENT


async def test_each_sees_and_counts_their_own_line_of_subordination(line: Staffed) -> None:
    async with line.browser(await coordinator(line)) as browser:
        await record(browser, mode="remote")
        await record(browser, organization=None)
    async with line.browser(await head(line)) as browser:
        await record(browser)
        of_head = (await counted(browser))["counts"]
    async with line.browser(await coordinator(line)) as browser:
        of_another = await counted(browser)
    async with line.browser(await line.grant(Role.MEMBER, str(GROUP), DISTRICT)) as browser:
        of_group = await counted(browser)

    assert of_head["total"] == 3
    assert of_head["levels"] == [
        {"level": "coordinator", "mode": "in-person", "count": 1},
        {"level": "coordinator", "mode": "remote", "count": 1},
        {"level": "head", "mode": "in-person", "count": 1},
    ]
    assert {each["organization"]: each["count"] for each in of_head["organizations"]} == {
        None: 2,
        str(SCHOOL): 1,
    }
    assert of_another["counts"]["total"] == of_group["counts"]["total"] == 1
    assert [each["mode"] for each in of_group["items"]] == ["remote"]


async def test_only_the_asked_days_are_counted(line: Staffed) -> None:
    today = line.now.astimezone(HERE).date()
    async with line.browser(await head(line)) as browser:
        await record(browser)
        tomorrow = (today + timedelta(days=2)).isoformat()
        assert (await counted(browser, **{"from": tomorrow, "to": tomorrow}))["counts"]["total"] == 0
        ago = (today - timedelta(days=3)).isoformat()
        assert (await counted(browser, **{"from": ago, "to": tomorrow}))["counts"]["total"] == 1
        for asked in ({"from": "вчера"}, {"from": tomorrow, "to": ago}, {"to": "2026-02-30"}):
            answer = await browser.get("/api/v1/consultations", params={"municipality": DISTRICT, **asked})
            assert answer.status_code in (400, 422)


async def test_the_list_goes_on_page_by_page(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        for _ in range(101):
            await record(browser)
        first = await counted(browser)
        second = (await browser.get(first["next"])).json()

    assert (len(first["items"]), len(second["items"])) == (100, 1)
    assert second["next"] is None
    assert second["counts"]["total"] == 101


async def test_a_consultation_belongs_to_its_inquiry(line: Staffed) -> None:
    case = await ask(line)
    async with line.browser(await head(line)) as browser:
        await record(browser, inquiry=str(case))
    async with line.browser(await line.grant(Role.LEADER, str(uuid4()), DISTRICT)) as browser:
        foreign = await browser.post("/api/v1/consultations", json={**CONSULTED, "inquiry": str(case)})
        unknown = await browser.post("/api/v1/consultations", json={**CONSULTED, "inquiry": str(uuid4())})

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    told = [
        ConsultationRecorded.model_validate_json(data)
        for kind, data in await line.told()
        if "consult" in kind
    ]
    assert [event.inquiry for event in told] == [case]


async def test_a_correction_and_a_withdrawal_are_told_and_audited(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        id_ = (await record(browser, whom="Иванов"))["id"]
        address = f"/hotline/consultations/{id_}"
        form = {"mode": "remote", "theme": "other", "led": "1"}
        assert (await browser.post(f"{address}/correction", data=form)).status_code == 303
        assert (await browser.post(f"{address}/withdrawal")).status_code == 303
        again = await browser.post(f"{address}/withdrawal")
        found = await counted(browser)

    assert again.status_code == 409
    assert (found["counts"]["total"], found["items"][0]["withdrawn"]) == (0, True)
    assert found["items"][0]["whom"] == ""
    told = [ConsultationRestated.model_validate_json(data) for _, data in (await line.told())[1:]]
    assert [(e.version, e.mode, e.theme, e.led_to_initiative, e.withdrawn) for e in told] == [
        (2, "remote", "other", True, False),
        (3, "remote", "other", True, True),
    ]
    rows = await line.pool.fetch(
        "SELECT action FROM audit WHERE subject = $1 ORDER BY id", f"consultation:{id_}"
    )
    assert [row["action"].removeprefix("consultation-") for row in rows] == [
        "recorded",
        "corrected",
        "withdrawn",
    ]


async def test_it_is_corrected_only_on_its_day_and_only_by_who_recorded_it(line: Staffed) -> None:
    account = uuid4()
    async with line.browser(await coordinator(line, account)) as browser:
        address = f"/hotline/consultations/{(await record(browser))['id']}"
    form = {"mode": "remote", "theme": "other"}
    async with line.browser(await head(line)) as browser:
        assert (await browser.post(f"{address}/correction", data=form)).status_code == 403
        assert "Исправить" not in (await browser.get(address)).text
    async with line.browser(await head(line, OKRUG)) as browser:
        assert (await browser.post(f"{address}/correction", data=form)).status_code == 404
        assert (await browser.get(address)).status_code == 404

    line.now += timedelta(days=1)
    async with line.browser(await coordinator(line, account)) as browser:
        refused = await browser.post(f"{address}/correction", data=form)
        assert refused.status_code == 409
        assert "Исправить консультацию можно в день" in refused.text
        assert "Отозвать" not in (await browser.get(address)).text


async def test_a_correction_and_a_withdrawal_at_once_keep_their_order(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        address = f"/hotline/consultations/{(await record(browser))['id']}"
        form = {"mode": "remote", "theme": "other"}
        asked = [browser.post(f"{address}/correction", data=form), browser.post(f"{address}/withdrawal")]
        statuses = {answer.status_code for answer in await asyncio.gather(*asked)}

    told = [ConsultationRestated.model_validate_json(data) for _, data in (await line.told())[1:]]
    assert statuses in ({303}, {303, 409})
    assert told[-1].withdrawn
    assert [event.version for event in told] == list(range(2, len(told) + 2))


async def test_a_new_epoch_tells_every_consultation_as_it_is(line: Staffed) -> None:
    async with line.browser(await head(line)) as browser:
        first = (await record(browser))["id"]
        await record(browser)
        await browser.post(f"/hotline/consultations/{first}/withdrawal")

    async with line.pool.acquire() as db, db.transaction():
        here = Stream(HotlineEvent.topic, partition_of(DISTRICT))
        elsewhere = Stream(HotlineEvent.topic, (partition_of(DISTRICT) + 1) % 16)
        told = [event async for event in restate(db, here)]
        others = [event async for event in restate(db, elsewhere)]

    assert {(e.id, e.withdrawn) for e in told if isinstance(e, ConsultationRestated)} >= {(UUID(first), True)}
    assert (len(told), others) == (2, [])
