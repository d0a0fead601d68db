"""Seven weeks of work between the levels in a town and a village: everybody uses pages, a clock is set."""

import orjson

from tests.databases import Database
from tests.journeys.deeds import (
    HOSPITAL,
    OTHER_SCHOOL,
    REST,
    SCHOOL,
    SCHOOLS,
    TOWN,
    VILLAGE,
    WHOLE,
    late,
    ready,
)
from tests.journeys.weeks import Weeks, come, figures, metrics_pages, recounted
from tests.plain import words

ASKED = "1 вопрос без ответа Ответить"
LATE_BELOW = "1 исполнитель с просроченным поручением"
SUMMARY_LATE = "1 сводка координатора не пришла в срок"
OF_SCHOOLS, OF_DEPUTIES = "Сообщите, сколько учителей придёт.", "Проведите встречи с жителями."

PLAYED = {
    TOWN: figures(
        "orders 5, orders_closed 5, order_tasks 10, tasks_received 1, tasks_accepted 9, tasks_in_time 8",
        "tasks_late 1, questions 4, questions_answered 4, questions_in_time 3, questions_late 1",
        "questions_escalated 1, reports 35, reports_sent 34, reports_due 1, reports_in_time 33",
        "reports_late 1, reports_declared 4",
    ),
    VILLAGE: figures(
        "orders 1, orders_closed 1, order_tasks 2, tasks_accepted 2, tasks_in_time 2",
        "questions 1, questions_answered 1, questions_in_time 1, reports 21, reports_sent 21",
        "reports_in_time 21",
    ),
}
"""What was played, as metrics should have counted it."""


async def test_seven_weeks_in_a_town_and_a_village(weeks: Weeks, metrics_database: Database) -> None:
    await the_first_week_an_order_to_a_direction(weeks)
    await the_second_week_questions(weeks)
    await the_third_week_orders_of_others(weeks)
    await the_fourth_week_a_replacement(weeks)
    await the_fifth_week_a_summary_is_missing(weeks)
    await the_sixth_week_a_correction(weeks)
    await the_seventh_week_is_the_last(weeks)
    await the_figures_are_what_was_played(weeks, metrics_database)


async def the_first_week_an_order_to_a_direction(w: Weeks) -> None:
    """Read, reported, returned, accepted; one is overdue, which is seen at every level above."""
    who, new = w.who, ["Поручение № 1: новое. Ознакомиться"]
    await w.at("02-16 10:00")
    how_many = {"done_by": "number", "deadline": "2026-02-18"}
    await who.head.give(OF_SCHOOLS, "direction:schools", **how_many)
    assert await who.teacher.waits() == await who.second.waits() == new
    assert await who.doctor.waits() == [], "it is of another direction"
    assert "Отмечено, что вы ознакомились" in (await who.teacher.acknowledge(1)).text
    assert await who.teacher.waits() == ["Поручение № 1: ждёт отчёта. Отчитаться"]

    await an_order_in_the_village(w)
    assert (await w.at("02-16 18:00")).evening > 0
    assert (await w.look()).evening == 0
    await w.at("02-17 10:00")
    await who.teacher.report(1, "Придут из начальной школы.", number="12")
    assert await who.head.waits() == ["1 отчёт ждёт проверки Проверить"]
    assert await who.responsible.waits() == await who.first.waits() == [], "the Head judges"
    await who.head.send_back(1, "А из старшей?")
    assert await who.head.waits() == []
    assert await who.teacher.waits() == ["Поручение № 1: отчёт вернули. Отчитаться"]
    assert "А из старшей?" in (await who.teacher.step("Поручение № 1")).text
    await who.teacher.report(1, "Со старшей.", number="19")
    assert "Отчёт принят" in (await who.head.accept(1)).text
    await w.grow("02-17 12:00")
    await w.at("02-17 18:00")
    assert await w.letters(who.second, "Что ещё ждёт вас") == 1, "nothing is said twice"

    for moment in ("02-18 10:00", "02-19 10:05"):
        assert (await w.at(moment)).reminded == 1
        assert (await w.look()).reminded == 0, "once a day"
    assert await w.letters(who.second, "Напоминание о поручениях") == 2
    assert await who.second.waits() == ["Поручение № 1: срок прошёл. Отчитаться"]
    for each in (who.head, who.clerk, who.responsible, who.first, who.rest):
        assert await each.misses() == [LATE_BELOW], each.name
        assert "просрочили: 1" in (await each.step(LATE_BELOW)).text
    for each in (who.member, who.elder, who.smo):
        assert await each.misses() == [], each.name
    await who.second.report(1, "Все.", number="31")
    assert "после срока" in (await who.head.step("проверки")).text
    assert "Все отчёты приняты, поручение закрыто" in (await who.head.accept(1)).text
    assert await who.head.misses() == await who.second.waits() == []

    await w.period_over("02-20")
    assert await who.teacher.waits() == [ready(SCHOOL)]
    assert await who.first.waits() == [ready(SCHOOLS)]
    shown = await who.coordinators_send()
    for page in shown.values():
        assert "Зарегистрировано участников 1" in page.text
        assert "Подано инициатив 1" in page.text


async def an_order_in_the_village(w: Weeks) -> None:
    """To both coordinators of its only group."""
    who, new = w.who, ["Поручение № 1: новое. Ознакомиться"]
    await who.elder.give("Расскажите о марафоне.", f"group:{w.groups[WHOLE]}", hours="16")
    assert await who.rural.waits() == await who.club.waits() == new
    for each in (who.rural, who.club):
        assert "Отчёт отправлен" in (await each.report(1, "Рассказали на сходе.")).text
    assert await who.elder.waits() == ["2 отчёта ждут проверки Проверить"]
    assert "Все отчёты приняты, поручение закрыто" in (await who.elder.accept(1)).text
    assert await who.elder.waits() == []


async def the_second_week_questions(w: Weeks) -> None:
    """Answered in time and published; climbed, once; transferred. A number is declared."""
    who = w.who
    await w.at("02-24 10:00")
    of_groups = await who.groups_send()
    assert "24 февраля, 12:00 (перенесён:" in of_groups[SCHOOLS].text, "23 February is a holiday"
    assert "Все сводки пришли" in (await who.head.open("/cabinet/reports")).text

    await who.teacher.ask("Как подать инициативу за троих?", "schools")
    await who.doctor.ask("Кто вывозит мусор после субботника?")
    assert [await each.waits() for each in (who.first, who.member, who.rest)] == [[ASKED]] * 3
    assert await who.head.waits() == await who.responsible.waits() == []
    await w.at("02-24 15:00")
    await who.member.answer("Одной заявкой, все трое авторы.")
    assert await who.first.waits() == await who.member.waits() == []
    assert "Одной заявкой" in (await who.teacher.asked("Как подать")).text
    over = await who.first.open("/cabinet/questions?tab=held&which=over")
    page = await who.first.follow(over, "Как подать", "Опубликовать для других")
    assert "Ответ опубликован" in (await who.first.press(page, "Опубликовать")).text
    assert "Одной заявкой, все трое авторы." in await who.second.alike("как подать за троих")
    assert "Похожих вопросов с ответом нет" in await who.doctor.alike("как подать за троих")

    assert (await w.at("02-25 09:40")).moved == 0
    assert (await w.at("02-25 09:50")).moved == 1
    assert (await w.look()).moved == 0
    for each in (who.head, who.responsible, who.first):
        assert await each.waits() == [ASKED], each.name
        assert await w.letters(each, "Вопрос перешёл к вам") == 1
    assert "поднят выше" in (await who.responsible.open("/cabinet/questions?tab=held")).text
    await who.responsible.answer("Подрядчик, по вторникам.")
    assert [await each.waits() for each in (who.head, who.responsible, who.first, who.rest)] == [[]] * 4
    assert "после срока" in (await who.doctor.asked("Кто вывозит")).text

    await w.at("02-25 12:00")
    await who.second.ask("Когда починят дорогу к школе?")
    held = await who.first.open("/cabinet/questions?tab=held")
    page = await who.first.follow(held, "Когда починят", "Передать другой группе")
    await who.first.press(page, "Передать", group=w.groups[REST], reason="Дороги у них.")
    assert await who.first.waits() == await who.member.waits() == []
    await who.club.ask("Можно ли собирать инициативы на концерте?")
    assert await who.elder.waits() == [ASKED]
    await who.elder.answer("Можно.")
    await w.grow("02-25 12:00")
    await w.at("02-26 10:00")
    assert await who.rest.waits() == [ASKED]
    await who.rest.answer("В мае.")
    assert await who.rest.waits() == await who.elder.waits() == []

    await w.period_over("02-27")
    await who.coordinators_send(declared="4")


async def the_third_week_orders_of_others(w: Weeks) -> None:
    """A leader's, postponed and closed; one that the Head signs; one that the clerk gives by an act."""
    who, of_group = w.who, w.groups[SCHOOLS]
    await w.at("03-02 10:00")
    of_groups = await who.groups_send()
    assert "Подано инициатив +2 заявили координаторы 6 4" in of_groups[SCHOOLS].text
    picture = await who.head.open("/cabinet/reports")
    assert "Подано инициатив 8 6" in picture.text, "what is declared beside what is counted"
    assert "заявили координаторы" in (await who.head.follow(picture, SCHOOLS)).text

    new = ["Поручение № 2: новое. Ознакомиться"]
    whole = (f"group:{of_group}", f"members:{of_group}")
    await who.first.give("Составьте список авторов.", *whole, deadline="2026-03-04")
    assert await who.teacher.waits() == await who.second.waits() == await who.member.waits() == new
    await who.teacher.report(2, "Список есть.")
    assert await who.first.waits() == ["1 отчёт ждёт проверки Проверить"]
    assert await who.head.waits() == [], "the leader judges"
    await who.first.accept(2)

    await the_head_signs(w)
    await w.at("03-03 10:00")
    by_act = {"number": "7-р", "day": "2026-03-03", "deadline": "2026-03-05"}
    await who.clerk.give("Повесьте листовки.", "Врачева", **by_act)
    assert await who.doctor.waits() == ["Поручение № 4: новое. Ознакомиться"]
    await who.doctor.report(4, "Повесили.")
    assert await who.head.waits() == await who.clerk.waits() == ["1 отчёт ждёт проверки Проверить"]
    await who.clerk.accept(4)
    assert await who.head.waits() == await who.clerk.waits() == []
    page = await who.first.follow(await who.first.given(2), "Перенести срок")
    await who.first.press(page, "Перенести", deadline="2026-03-06", reason="Много авторов.")
    assert "6 марта, 16:45" in (await who.second.report(2, "Список есть.")).text
    await who.first.accept(2)
    assert await who.member.waits() == new
    await w.grow("03-04 12:00")
    await a_summary_is_late(w)


async def the_head_signs(w: Weeks) -> None:
    """What the responsible person has prepared."""
    who, deadline = w.who, {"deadline": "2026-03-04"}
    sending = "Отправить главе на подпись"
    await who.responsible.give(OF_DEPUTIES, "role:deputy", button=sending, **deadline)
    assert await who.responsible.waits() == await who.first.waits() == []
    unsigned = "1 поручение ждёт подписи главы"
    assert await who.responsible.misses() == [unsigned]
    assert await who.head.waits() == [f"{unsigned} Подписать"]
    page = await who.head.step("подписи")
    assert "Поручение дано" in (await who.head.press(page, "Подписать и дать")).text
    assert await who.head.waits() == await who.responsible.misses() == []
    for each in (who.first, who.rest):
        assert await each.waits() == ["Поручение № 3: новое. Ознакомиться"]
        await each.report(3, "Провели.")
    assert "Все отчёты приняты, поручение закрыто" in (await who.head.accept(3)).text


async def a_summary_is_late(w: Weeks) -> None:
    """On the Friday on which its group's order is closed."""
    who = w.who
    await w.period_over("03-06")
    page = await who.first.follow(await who.first.given(2), "Закрыть поручение")
    assert "Поручение закрыто" in (await who.first.press(page, "Закрыть")).text
    assert await who.member.waits() == []
    await who.coordinators_send(but=OTHER_SCHOOL)
    assert (await w.at("03-06 13:30")).near == 1
    assert (await w.look()).near == 0
    await w.at("03-06 16:30")
    assert await who.second.waits() == [late(OTHER_SCHOOL)]
    assert await who.first.misses() == [SUMMARY_LATE]
    assert "Писать некому" in (await who.first.remind()).text, "the program wrote to her today"
    before = await w.letters(who.second, "Что ещё ждёт вас")
    await w.at("03-06 17:00")
    assert await w.letters(who.second, "Что ещё ждёт вас") == before + 1
    _, sent = await who.second.summarize(which="срок прошёл.")
    assert "отправлена после срока" in sent.text
    assert await who.second.waits() == await who.first.misses() == []


async def the_fourth_week_a_replacement(w: Weeks) -> None:
    """What a coordinator has not done is her successor's, and it is said whose it was."""
    who = w.who
    await w.at("03-10 10:00")
    await who.groups_send()
    await w.at("03-10 15:00")
    given = await who.head.give("Соберите подписи.", "direction:schools", deadline="2026-03-13")
    await who.second.acknowledge(5)
    await who.second.ask("Где взять бланки?")
    await w.grow("03-10 12:00")

    await w.at("03-11 10:00")
    page = await who.first.follow(await who.first.open(f"/cabinet/groups/{w.groups[SCHOOLS]}"), OTHER_SCHOOL)
    person = {"role": "coordinator", "name": "Преемников Пётр Павлович", "email": "third@example.org"}
    act = {"number": "9-р", "day": "2026-03-11", "replaces": "1"}
    await who.first.press(page, "Назначить", person | act)
    gone, who.second = who.second, await come(w.office, w.enter, "third", person["name"])
    done = await w.at("03-11 10:05")
    assert (done.handed, done.moved) == (1, 1)
    assert await gone.waits() == []
    assert "Сейчас вы никуда не назначены" in (await gone.open("/cabinet")).text
    assert await who.second.waits() == ["Поручение № 5: новое. Ознакомиться"]
    assert await w.letters(who.second, "Поручение перешло к вам") == 1
    assert f"{gone.name} → {person['name']}" in (await who.head.open(given.path)).text
    await who.first.answer("В группе.")
    assert "В группе." in (await who.second.asked("Где взять бланки?")).text
    for each in (who.teacher, who.second):
        await each.report(5, "Собрали.")
    assert "Все отчёты приняты, поручение закрыто" in (await who.head.accept(5)).text

    await w.period_over("03-13")
    shown = await who.coordinators_send()
    assert "Подано инициатив 4" in shown[OTHER_SCHOOL].text


async def the_fifth_week_a_summary_is_missing(w: Weeks) -> None:
    """It is asked for once, named in the group's, and its figures are the system's."""
    who = w.who
    await w.at("03-16 10:00")
    await who.groups_send()
    await w.grow("03-17 12:00")
    await w.period_over("03-20")
    await who.coordinators_send(but=HOSPITAL)
    await w.at("03-20 16:30")
    assert "Писем: 1" in (await who.rest.remind()).text
    assert "Писать некому" in (await who.rest.remind()).text, "once a day"
    assert await w.letters(who.doctor, "Ждём вашу сводку") == 1

    await w.at("03-23 10:00")
    assert await who.doctor.waits() == [late(HOSPITAL)]
    assert await who.rest.misses() == [SUMMARY_LATE]
    of_groups = await who.groups_send()
    named = f"Не прислали сводки: 1 {HOSPITAL} ({who.doctor.name})"
    assert named in of_groups[REST].text
    assert "Подано инициатив 5" in of_groups[REST].text
    picture = await who.head.open("/cabinet/reports")
    assert named in (await who.head.follow(picture, REST)).text


async def the_sixth_week_a_correction(w: Weeks) -> None:
    """What was sent stays beside it."""
    who = w.who
    await w.grow("03-24 12:00")
    await w.period_over("03-27")
    await who.coordinators_send()
    sent = await who.teacher.follow(await who.teacher.open("/cabinet/reports"), SCHOOL, "Исправить")
    declared = {"number-submitted": "8", "reason-submitted": "Две на бумаге"}
    after = await who.teacher.press(sent, "Отправить исправленную", declared)
    assert "исправление 1" in after.text
    await w.at("03-30 10:00")
    of_groups = await who.groups_send()
    assert "Подано инициатив +2 заявили координаторы 14 12" in of_groups[SCHOOLS].text


async def the_seventh_week_is_the_last(w: Weeks) -> None:
    """No new orders, the last summaries, and nothing waits for anybody."""
    who = w.who
    await w.grow("03-31 12:00")
    assert "Новое поручение" in (await who.head.open("/cabinet/orders")).text
    await w.period_over("04-01")
    assert "Новое поручение" not in (await who.head.open("/cabinet/orders")).text
    shown = await who.coordinators_send()
    assert "Подано инициатив 7" in shown[SCHOOL].text
    await w.at("04-06 10:00")
    await who.groups_send()
    assert "Подано инициатив 21" in (await who.head.open("/cabinet/reports")).text
    await w.at("04-06 11:00")
    for each in who.everybody:
        assert await each.waits() == await each.misses() == [], each.name


async def the_figures_are_what_was_played(w: Weeks, database: Database) -> None:
    """By the events that hierarchy wrote, and by what was done; an SMO sees counts alone."""
    who = w.who
    assert await recounted(w.worker) == PLAYED
    async with metrics_pages(w, database) as seen:
        told = orjson.loads(await seen(who.admin, "/api/v1/work-figures?level=municipality"))
        page = words(await seen(who.smo, "/region/work"))
    items = {item["code"]: item for item in told["items"]}
    for code, played in PLAYED.items():
        assert {name: items[code][name] for name in played} == played
    assert "Поручений у исполнителей 12" in page
    for unseen in (who.head.name.split()[0], who.teacher.name.split()[0], OF_SCHOOLS, "Кто вывозит"):
        assert unseen not in page
    for path in [*await who.head.addresses(), *await who.elder.addresses()]:
        assert (await who.smo.browser.get(path)).status_code == 404, path
