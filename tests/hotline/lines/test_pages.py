"""The pages and the API of lines: for everybody, and for those who keep them."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from contracts.appointments import Role
from services.directory.grants import Staff
from services.hotline.lines.commands.define_line import define_line
from services.hotline.lines.commands.hand_over import Handing, hand_over
from services.hotline.lines.commands.set_shift import Duty, set_shift
from tests.factories import DISTRICT, OKRUG, SETTLEMENT
from tests.hotline.lines.conftest import FRIDAY, GROUP, OTHER_GROUP, Desk, World, describe

FORM = {
    "name": "Горячая линия",
    "phones": "8 (4932) 32-61-12\n+7 920 123-45-67",
    "email": "liniya@example.ru",
    "group": str(GROUP),
    "act_number": "12-р",
    "act_day": "2026-02-10",
    **{f"day_{nth}": "9:00–18:00, обед 13:00–13:45" for nth in range(1, 6)},
    "language_1": "ru",
    "help_1": "Подскажем, как подать.",
    "version": "0",
}
LINES = "/hotline/lines"


async def text(desk: Desk, path: str, who: Staff | None = None, status: int = 200, **headers: str) -> str:
    answer = await desk.get(path, who, **headers)
    assert answer.status_code == status, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def send(desk: Desk, path: str, who: Staff, **fields: str) -> Any:
    return await desk.post(path, who, {"form_key": uuid4().hex} | fields)


async def test_a_head_describes_the_line_on_a_page(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    page = await text(desk, f"{LINES}/{DISTRICT}", head)
    assert "Нет горячей линии" in page

    form = (await desk.get(f"{LINES}/{DISTRICT}/edit", head)).text
    assert "9:00–18:00, обед 13:00–13:45" in form, "the regulation's week is proposed"
    sent = await send(desk, f"{LINES}/{DISTRICT}/edit", head, **FORM)

    assert (sent.status_code, sent.headers["location"]) == (303, f"{LINES}/{DISTRICT}?done=described")
    page = await text(desk, f"{LINES}/{DISTRICT}", head)
    assert "+7 493 232-61-12" in page or "+7 4932 32-61-12" in page
    assert "распоряжение № 12-р от 10 февраля 2026" in page
    assert "Рабочая группа по всем направлениям" in page
    assert "пн–пт 9:00–18:00, обед 13:00–13:45" in page


async def test_what_was_typed_stays_and_every_error_is_told(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    wrong = FORM | {
        "name": "",
        "phones": "8 800 ЗВОНИТЕ",
        "day_3": "утром",
        "group": str(OTHER_GROUP),
        "act_number": "",
    }

    sent = await send(desk, f"{LINES}/{DISTRICT}/edit", head, **wrong)

    assert sent.status_code == 422
    assert "8 800 ЗВОНИТЕ" in sent.text
    for sentence in (
        "Укажите название линии",
        "Не получается прочитать номер «8 800 ЗВОНИТЕ»",
        "Напишите часы (среда) так",
        "Выберите рабочую группу из списка",
        "Укажите номер распоряжения",
    ):
        assert sentence in sent.text


async def test_the_form_of_somebody_who_saw_another_line_is_refused(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await send(desk, f"{LINES}/{DISTRICT}/edit", head, **FORM)

    again = await send(desk, f"{LINES}/{DISTRICT}/edit", head, **FORM)

    assert again.status_code == 409
    assert "Линию только что изменил кто-то другой" in again.text


async def test_everybody_reads_the_line_of_a_municipality(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define_line(world.pool, world.known, head, describe(), world.at())

    page = await text(desk, f"/hotline/about?municipality={DISTRICT}")

    assert "Сейчас открыто" in page
    assert "Подскажем, как подать инициативу." in page
    assert "12-р" not in page, "who owns it is no business of a participant"


async def test_outside_hours_the_page_says_when_it_opens(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define_line(world.pool, world.known, head, describe(), world.at())
    desk.time.now = FRIDAY.replace(hour=20)

    page = await text(desk, f"/hotline/about?municipality={DISTRICT}")

    assert "Сейчас закрыто откроется во вторник в 9:00" in page
    assert "Задать вопрос через сайт" in page
    assert "К кому обратиться" in page


async def test_without_a_line_the_page_says_what_else_there_is(desk: Desk, world: World) -> None:
    page = await text(desk, f"/hotline/about?municipality={OKRUG}")

    assert "Горячей линии здесь пока нет" in page
    assert "Задать вопрос" in page


async def test_a_municipality_is_found_by_its_name(desk: Desk, world: World) -> None:
    assert "Сосновское городское поселение" in await text(desk, "/hotline/about?q=сосновск")
    assert "Ничего не нашлось" in await text(desk, "/hotline/about?q=%00нет")
    assert "Выберите" in await text(desk, "/hotline/about?municipality=99999999", status=422)


async def test_the_fragment_stands_in_other_pages(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define_line(world.pool, world.known, head, describe(), world.at())

    part = await desk.get(f"/hotline/contacts?municipality={DISTRICT}", None, **{"HX-Request": "true"})
    whole = await desk.get(f"/hotline/contacts?municipality={DISTRICT}")
    unknown = await desk.get("/hotline/contacts?municipality=99999999", None, **{"HX-Request": "true"})

    assert "tel:+74932326112" in part.text
    assert "<html" not in part.text
    assert "<html" in whole.text
    assert unknown.status_code == 200
    assert "Горячей линии здесь пока нет" in unknown.text


async def test_the_api_tells_the_lines_and_whether_they_are_open(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await world.serve(SETTLEMENT, DISTRICT)
    await define_line(world.pool, world.known, head, describe(), world.at())
    desk.time.now = FRIDAY.replace(hour=20)

    await desk.refresh()
    found = (await desk.get(f"/api/v1/lines?municipality={SETTLEMENT}", Accept="application/json")).json()

    (item,) = found["items"]
    assert (item["municipality"], item["open_now"]) == (DISTRICT, False)
    assert item["opens_at"] == "2026-02-24T09:00:00+03:00"
    assert item["phones"] == ["+74932326112", "+79201234567;ext=12"]
    assert item["hours"][5] is None
    assert item["hours_in_words"] == "пн–пт 9:00–18:00, обед 13:00–13:45"


@pytest.mark.parametrize("municipality", ["", "99999999", "1360300", "%00", "x" * 3_000])
async def test_the_api_refuses_what_is_no_municipality(desk: Desk, municipality: str) -> None:
    answer = await desk.get(f"/api/v1/lines?municipality={municipality}", Accept="application/json")

    assert answer.status_code in (400, 422)


async def test_a_program_describes_a_line_with_the_regulations_hours(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    given = {"municipality": DISTRICT, "name": "Линия", "phones": ["8 (4932) 32-61-12"]}

    first = await desk.json("/api/v1/lines", head, given, "once")
    again = await desk.json("/api/v1/lines", head, given, "once")

    assert (first.status_code, first.json()) == (200, again.json())
    found = (await desk.get(f"/api/v1/lines?municipality={DISTRICT}", Accept="application/json")).json()
    assert found["items"][0]["hours_in_words"].startswith("пн–чт 9:00–18:00, обед 13:00–13:45; пт 9:00–16:45")


@pytest.mark.parametrize(
    ("hours", "slug"),
    [
        ([], "hours-days"),
        ([{"begins": "09:00", "ends": "18:00"}] * 6, "hours-days"),
        ([{"begins": "09:00", "ends": "18:00"}] * 8, "hours-days"),
        ([None] * 7, "hours-none"),
        ([{"begins": "P1D", "ends": "18:00"}, *[None] * 6], "hours-unreadable"),
        ([{"begins": "09:00Z", "ends": "18:00"}, *[None] * 6], "hours-unreadable"),
        ([{"begins": "09:00", "ends": "18:00", "lunch_begins": "12:00"}, *[None] * 6], "hours-unreadable"),
        ([{"begins": "18:00", "ends": "09:00"}, *[None] * 6], "hours-backward"),
    ],
)
async def test_a_program_is_told_what_is_wrong_with_its_hours(
    desk: Desk, world: World, hours: list[Any], slug: str
) -> None:
    head = await world.appoint(Role.HEAD)
    given = {"municipality": DISTRICT, "name": "Линия", "phones": ["8 (4932) 32-61-12"], "hours": hours}

    refused = await desk.json("/api/v1/lines", head, given, "wrong")

    assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{slug}")
    assert await world.events() == []


async def test_a_program_gets_the_hours_that_it_gave(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    day = {"begins": "09:00", "ends": "18:00", "lunch_begins": "13:00", "lunch_ends": "13:45"}
    hours = [day] * 4 + [{**day, "ends": "16:45"}, None, None]
    given = {"municipality": DISTRICT, "name": "Линия", "phones": ["8 (4932) 32-61-12"], "hours": hours}

    await desk.json("/api/v1/lines", head, given, "right")

    found = (await desk.get(f"/api/v1/lines?municipality={DISTRICT}", Accept="application/json")).json()
    assert found["items"][0]["hours"] == hours


async def test_gaps_come_first_in_the_list_of_lines(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define_line(world.pool, world.known, head, describe(), world.at())
    await world.serve(SETTLEMENT, DISTRICT)
    await desk.refresh()

    page = await text(desk, LINES, head)
    assert "Чего-то не хватает: 1 из 2" in page, "nobody is on duty; the settlement has the district's"
    assert "Назначить дежурных" in page
    await set_shift(world.pool, world.known, head, Duty(DISTRICT, FRIDAY.date()), world.at())

    assert "Все линии описаны, везде кто-то дежурит." in await text(desk, LINES, head)


async def test_a_dissolved_group_shows_where_the_line_is(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define_line(world.pool, world.known, head, describe(), world.at())
    await world.dissolve(GROUP)
    await desk.refresh()

    assert "Рабочая группа расформирована" in await text(desk, LINES, head)
    assert "Рабочая группа линии расформирована" in await text(desk, f"{LINES}/{DISTRICT}", head)


async def test_a_line_is_closed_after_it_was_asked_once(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD)
    await define_line(world.pool, world.known, head, describe(), world.at())

    assert "Закрыть линию «Горячая линия района»?" in await text(desk, f"{LINES}/{DISTRICT}/closing", head)
    closed = await send(desk, f"{LINES}/{DISTRICT}/closing", head, version="1")

    assert closed.headers["location"] == f"{LINES}/{DISTRICT}?done=closed"
    assert "Линия закрыта" in await text(desk, f"{LINES}/{DISTRICT}", head)
    await text(desk, f"{LINES}/{DISTRICT}/closing", head, status=404)


async def test_a_settlement_agrees_on_its_own_page(desk: Desk, world: World) -> None:
    head, theirs = await world.appoint(Role.HEAD), await world.appoint(Role.HEAD, SETTLEMENT)
    await define_line(world.pool, world.known, head, describe(), world.at())
    offered = await send(desk, f"{LINES}/{DISTRICT}/shares", head, settlement=SETTLEMENT, deed="offer")
    assert offered.status_code == 303
    assert "Ждём согласия поселения" in await text(desk, f"{LINES}/{DISTRICT}", head)
    assert "Предлагает общую линию" in await text(desk, f"{LINES}/{SETTLEMENT}", theirs)

    agreed = {"settlement": SETTLEMENT, "line_of": DISTRICT, "deed": "agree"}
    await send(desk, f"{LINES}/{SETTLEMENT}/shares", theirs, **agreed)

    assert "Пользуется линией" in await text(desk, f"{LINES}/{DISTRICT}", head)
    page = await text(desk, f"{LINES}/{SETTLEMENT}", theirs)
    assert "Своей линии нет" in page
    assert "Горячая линия района (Сосновский муниципальный район)" in page


async def test_duty_is_kept_on_a_page(desk: Desk, world: World) -> None:
    head = await world.appoint(Role.HEAD, name="Глава Района")
    operator = await world.appoint(Role.HOTLINE_OPERATOR, name="Олег Дежурный")
    await define_line(world.pool, world.known, head, describe(), world.at())
    await text(desk, f"{LINES}/{DISTRICT}/duty", operator)

    page = (await desk.get(f"{LINES}/{DISTRICT}/duty", head)).text
    assert "Олег Дежурный" in page, "whoever has opened a page of the hotline is offered"
    fields = {"first_day": "2026-02-20", "account": str(operator.account)}
    assert (await send(desk, f"{LINES}/{DISTRICT}/duty", head, **fields)).status_code == 303
    assert "Сегодня: Олег Дежурный" in await text(desk, f"{LINES}/{DISTRICT}/duty", head)

    twice = await send(desk, f"{LINES}/{DISTRICT}/duty", head, **fields)
    assert twice.status_code == 409
    assert "В эти дни этот человек уже дежурит: Олег Дежурный" in twice.text
    wrong = await send(desk, f"{LINES}/{DISTRICT}/duty", head, first_day="вчера", last_day="\x00")
    assert "Укажите день дежурства" in wrong.text
    gone = await send(desk, f"{LINES}/{DISTRICT}/duty/removal", head, shift="нет")
    assert gone.status_code == 404


async def test_what_was_left_is_taken_on(desk: Desk, world: World) -> None:
    head, operator = await world.appoint(Role.HEAD), await world.appoint(Role.HOTLINE_OPERATOR, name="Олег")
    await define_line(world.pool, world.known, head, describe(), world.at())
    await set_shift(world.pool, world.known, operator, Duty(DISTRICT, FRIDAY.date()), world.at())
    note = Handing(DISTRICT, "Перезвонить <b>в школу</b>")
    handed = await hand_over(world.pool, world.known, operator, note, world.at())

    raw = (await desk.get(f"{LINES}/{DISTRICT}/duty", head)).text
    assert "&lt;b&gt;в школу" in raw
    accepted = await send(desk, f"{LINES}/{DISTRICT}/duty/acceptances", head, hand_over=str(handed.id))

    assert accepted.status_code == 303
    assert "Принято: Анна Орлова" in await text(desk, f"{LINES}/{DISTRICT}/duty", head)


@pytest.mark.parametrize("path", ["", "/edit", "/closing", "/duty"])
async def test_a_foreign_line_is_not_there(desk: Desk, world: World, path: str) -> None:
    stranger = await world.appoint(Role.HEAD, OKRUG)

    await text(desk, f"{LINES}/{DISTRICT}{path}", stranger, status=404)
    assert (await desk.get(f"{LINES}/{DISTRICT}{path}")).status_code == 303


async def test_an_operator_does_not_describe_the_line(desk: Desk, world: World) -> None:
    operator = await world.appoint(Role.HOTLINE_OPERATOR)

    page = await text(desk, f"{LINES}/{DISTRICT}/edit", operator, status=403)
    sent = await send(desk, f"{LINES}/{DISTRICT}/edit", operator, **FORM)

    assert "Горячую линию описывают глава, доверенное лицо или ответственный" in page
    assert sent.status_code == 403
