"""Figures by word of mouth: versions beside each other, told to metrics, never overwritten."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from contracts.appointments import Role
from contracts.reported import ReportedFigures
from deploy.local.home import new_signing_key
from services.chassis.streams.tail import Stream
from services.chassis.web.tokens import Signer
from services.intake.restate import restate
from tests.factories import DISTRICT, OKRUG, SETTLEMENT, define_municipality, mirror_region, today
from tests.intake.federal.council import Council
from tests.intake.federal.test_import_pages import look, post
from tests.intake.test_api import slug

ADDRESS, PAGE = "/api/v1/reported-figures", "/federal/reported"
TODAY = today()


def reported(municipality: str = OKRUG, **changes: object) -> dict[str, object]:
    figures = {"registered": 34, "submitted": 21, "as_of": str(TODAY - timedelta(days=1)), "source": "letter"}
    return {"municipality": municipality, **figures, "note": "Письмо № 12"} | changes


async def send(council: Council, token: str, body: object, key: str = "") -> Any:
    async with council.at_desk(token) as desk:
        return await desk.post(ADDRESS, json=body, headers={"Idempotency-Key": key} if key else {})


async def told(council: Council) -> list[tuple[str, Any]]:
    rows = await council.pool.fetch(
        "SELECT type, data FROM outbox WHERE topic = $1 ORDER BY id", ReportedFigures.topic
    )
    return [(row["type"], orjson.loads(row["data"])) for row in rows]


async def test_figures_are_written_down_and_told(council: Council) -> None:
    smo = await council.operator()

    answer = await send(council, smo, reported())

    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "municipality": OKRUG,
        "version": 1,
        "registered": 34,
        "submitted": 21,
        "as_of": str(TODAY - timedelta(days=1)),
        "source": "letter",
    }
    ((type_, event),) = await told(council)
    assert type_ == "dialogue.figures.reported.v1"
    assert (event["registered"], event["submitted"], event["version"]) == (34, 21, 1)
    assert "note" not in event
    noted = await council.pool.fetch("SELECT municipality, action, subject FROM audit")
    assert [tuple(row) for row in noted] == [(OKRUG, "figures-reported", "1")]


async def test_every_version_stays_and_the_last_one_stands(council: Council) -> None:
    smo = await council.operator()

    for registered in (34, 40, 38):
        await send(council, smo, reported(registered=registered))
    async with council.at_desk(smo) as desk:
        (standing,) = (await desk.get(ADDRESS)).json()["items"]

    rows = await council.pool.fetch("SELECT version, registered FROM reported_figures ORDER BY version")
    assert [tuple(row) for row in rows] == [(1, 34), (2, 40), (3, 38)]
    assert (standing["version"], standing["registered"], standing["note"]) == (3, 38, "Письмо № 12")
    assert [event["version"] for _, event in await told(council)] == [1, 2, 3]


async def test_two_at_once_are_two_versions(council: Council) -> None:
    smo = await council.operator()

    answers = await asyncio.gather(*(send(council, smo, reported(registered=n)) for n in range(4)))

    assert sorted(answer.json()["version"] for answer in answers) == [1, 2, 3, 4]


async def test_a_repeat_is_one_version(council: Council) -> None:
    smo, key = await council.operator(), uuid4().hex

    answers = [await send(council, smo, reported(), key) for _ in range(2)]

    assert [answer.json()["version"] for answer in answers] == [1, 1]
    assert len(await told(council)) == 1


@pytest.mark.parametrize(
    ("changes", "status", "expected"),
    [
        ({"registered": -1}, 400, "bad-request"),
        ({"submitted": 10**12}, 400, "bad-request"),
        ({"registered": "много"}, 400, "bad-request"),
        ({"registered": None}, 400, "bad-request"),
        ({"source": "слухи"}, 400, "bad-request"),
        ({"as_of": "31.02.2026"}, 400, "bad-request"),
        ({"as_of": str(TODAY + timedelta(days=2))}, 422, "reported-day"),
        ({"as_of": str(TODAY - timedelta(days=300))}, 422, "reported-day"),
        ({"note": "д" * 201}, 422, "reported-note-long"),
        ({"municipality": "99999999"}, 404, "municipality-unknown"),
        ({"municipality": "\x00"}, 404, "municipality-unknown"),
        ({"municipality": ""}, 404, "municipality-unknown"),
    ],
)
async def test_what_cannot_be_is_refused(
    council: Council, changes: dict[str, object], status: int, expected: str
) -> None:
    answer = await send(council, await council.operator(), reported(**changes))  # type: ignore[arg-type]

    assert (answer.status_code, slug(answer)) == (status, expected)
    assert await told(council) == []


async def test_what_nobody_sees_is_no_note(council: Council) -> None:
    answer = await send(council, await council.operator(), reported(note="\u202eписьмо\x00\u200b"))

    assert answer.status_code == 201
    assert await council.pool.fetchval("SELECT note FROM reported_figures") == "письмо"


async def test_an_smo_writes_for_its_own_municipalities(council: Council) -> None:
    await mirror_region(council.pool, [define_municipality(DISTRICT, "Чужой", None, 2, "other")])
    council.refresh()
    smo, administrator = await council.operator(), await council.administrator()

    answers = [
        await send(council, who, reported(place))
        for who in (smo, administrator)
        for place in (SETTLEMENT, DISTRICT)
    ]

    assert [answer.status_code for answer in answers] == [201, 404, 201, 201]


@pytest.mark.parametrize("role", [Role.HEAD, Role.RESPONSIBLE, Role.COORDINATOR])
async def test_nobody_else_reports(council: Council, role: Role) -> None:
    head = await council.grant(role, OKRUG, OKRUG)

    answer = await send(council, head, reported())

    assert (answer.status_code, slug(answer)) == (403, "not-yours-to-report")
    assert (await look(council, head, PAGE)).status_code == 403


async def test_a_new_epoch_tells_what_stands(council: Council) -> None:
    smo = await council.operator()
    for registered in (34, 40):
        await send(council, smo, reported(registered=registered))
    await send(council, smo, reported(DISTRICT))

    async with council.pool.acquire() as db, db.transaction():
        of_stream = restate(Signer("intake", new_signing_key()))
        events = [event async for event in of_stream(db, Stream(ReportedFigures.topic, 0))]

    stated = [(e.municipality, e.version, e.registered) for e in events if isinstance(e, ReportedFigures)]
    assert sorted(stated) == sorted([(OKRUG, 2, 40), (DISTRICT, 1, 34)])


async def test_what_was_reported_before_a_transformation_is_its_successors_history(
    council: Council,
) -> None:
    smo, heir = await council.operator(), "79605222"
    await send(council, smo, reported())
    await council.learn(define_municipality(heir, "Новый округ").model_copy(update={"successor_of": [OKRUG]}))

    refused = await send(council, smo, reported())
    await send(council, smo, reported(heir, registered=5))
    async with council.at_desk(smo) as desk:
        items = {each["municipality"]: each for each in (await desk.get(ADDRESS)).json()["items"]}
    page = await look(council, smo, f"{PAGE}?municipality={heir}")

    assert (refused.status_code, slug(refused)) == (404, "municipality-unknown")
    assert {code: (each["registered"], each["succeeded_by"]) for code, each in items.items()} == {
        OKRUG: (34, heir),
        heir: (5, None),
    }
    # Among all that stand, and among its versions.
    assert page.text.count("до преобразования:") == 2


async def test_the_page_takes_and_shows_them(council: Council) -> None:
    smo = await council.operator()
    form = {"registered": "1 034", "submitted": "21", "as_of": TODAY.strftime("%d.%m.%Y"), "note": "<b>"}

    done = await post(council, smo, PAGE, municipality=OKRUG, source="phone", **form)
    shown = await look(council, smo, done.headers["location"])

    assert done.headers["location"] == f"{PAGE}?municipality={OKRUG}&done=reported"
    assert "Сведения записаны" in shown.text
    assert "1\xa0034" in shown.text
    assert "По телефону" in shown.text
    assert "<b>" not in shown.text.replace("<b>1", "")


async def test_the_page_tells_everything_that_is_wrong(council: Council) -> None:
    smo = await council.operator()

    answer = await post(council, smo, PAGE, municipality=OKRUG, registered="-5", as_of="вчера")

    assert answer.status_code == 422
    for sentence in ("Укажите целое число", "Укажите, на какой день", "Выберите, откуда сведения"):
        assert sentence in answer.text
    assert 'value="-5"' in answer.text
