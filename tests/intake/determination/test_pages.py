"""Pages of those who decide: the list, deciding on many with a preview, one initiative, as files."""

import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from python_calamine import CalamineWorkbook

from contracts.appointments import Role
from contracts.initiatives import InitiativeStatus
from services.intake.determination import exporting
from services.intake.initiatives.domain import Initiative
from tests.factories import DISTRICT, OKRUG
from tests.intake.determination.office import CULTURE, ROADS, SCHOOL, Office

PAGE = "/determination"
Desk = AsyncTestClient[Litestar]


def seen(html: str) -> str:
    """The words of a page as they are read."""
    text = re.sub(r"<(script|style|template)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).replace("\N{NO-BREAK SPACE}", " ").split())


async def page(desk: Desk, address: str = PAGE, status: int = 200) -> str:
    """A page's words."""
    answer = await desk.get(address)
    assert answer.status_code == status, answer.text
    return seen(answer.text)


def picked(*initiatives: Initiative, **more: str) -> dict[str, str]:
    """The form of the list with these marked."""
    return {f"pick-{each.id}": "1" for each in initiatives} | more


async def status_of(office: Office, initiative: Initiative) -> str:
    return str(await office.pool.fetchval("SELECT status FROM initiative WHERE id = $1", initiative.id))


async def test_the_list_begins_with_what_waits(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    waiting = await office.submit(organization=SCHOOL)
    determined = await office.submit(title="Освещение", status=InitiativeStatus.DETERMINED)

    async with office.at_desk(leader, pages=True) as desk:
        shown, every = await page(desk), await page(desk, f"{PAGE}?status=all")

    assert f"№ {waiting.number}. {waiting.title}" in shown
    assert determined.title not in shown
    assert determined.title in every
    assert "Ждут решения 1 Просрочено 0 У авторов 0 Определены 1 Выдвинуты 0 Все 2" in shown
    assert "осталось 10 рабочих дней" in shown or "осталось 9 рабочих дней" in shown
    assert "Школа № 1" in shown


async def test_who_is_not_signed_in_is_sent_to_sign_in(office: Office) -> None:
    async with office.web.browser() as browser:
        browser.follow_redirects = False
        answer = await browser.get(PAGE, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/staff/renewal?next=%2Fdetermination",
    )


async def test_an_empty_list_says_why(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    async with office.at_desk(head, pages=True) as desk:
        assert "Инициатив пока нет" in await page(desk)
        decided = await office.submit(status=InitiativeStatus.PUT_FORWARD)
        assert "Решения никто не ждёт" in await page(desk)
        assert "Ничего не нашлось" in await page(desk, f"{PAGE}?q=небоскрёб")
        assert decided.title in await page(desk, f"{PAGE}?status=put-forward")


async def test_who_has_no_part_in_it_is_told_so(office: Office) -> None:
    operator = await office.grant(Role.HOTLINE_OPERATOR, DISTRICT)
    await office.submit()
    async with office.at_desk(operator, pages=True) as desk:
        assert "Здесь нет инициатив для вас" in await page(desk)


async def test_what_is_late_stands_out_and_has_a_list_of_its_own(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    late = await office.submit(submitted_at=datetime.now(UTC) - timedelta(days=19))
    fresh = await office.submit(title="Свежая")

    async with office.at_desk(head, pages=True) as desk:
        shown, overdue = await page(desk), await page(desk, f"{PAGE}?overdue=1")

    assert "Просрочено 1" in shown
    assert "просрочено на" in shown
    assert late.title in overdue
    assert fresh.title not in overdue


async def test_who_only_reads_is_offered_no_decision(office: Office) -> None:
    coordinator = await office.grant(Role.COORDINATOR, str(SCHOOL))
    own = await office.submit(organization=SCHOOL)

    async with office.at_desk(coordinator, pages=True) as desk:
        shown, one = await page(desk), await page(desk, f"{PAGE}/{own.id}")
        preview = await desk.post(f"{PAGE}/preview", data=picked(own, decision="determine"))
        forced = await desk.post(f"{PAGE}/{own.id}/decisions", data={"decision": "determine"})

    assert own.title in shown
    assert "Определить" not in shown
    assert "Определить" not in one
    assert "Решение принимает: Рабочая группа: Дороги" in one
    assert "Не получится: 1" in seen(preview.text)
    assert forced.status_code == 403
    assert await status_of(office, own) == "accepted"


async def test_a_decision_on_many_is_previewed_taken_and_taken_back(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS), name="Петрова Анна Ивановна")
    good = [await office.submit() for _ in range(3)]
    gone = await office.submit(status=InitiativeStatus.WITHDRAWN, title="Отозванная")
    async with office.at_desk(leader, pages=True) as desk:
        form = picked(*good, gone, decision="determine")
        answer = await desk.post(f"{PAGE}/preview?status=all", data=form)
        preview = seen(answer.text)
        assert "Определить: 3 инициативы" in preview
        assert "Не получится: 1" in preview
        assert "Отозванная: Эта инициатива уже закрыта" in preview
        assert [await status_of(office, each) for each in good] == ["accepted"] * 3

        ids = " ".join(str(each.id) for each in (*good, gone))
        taken = await desk.post(
            f"{PAGE}/decisions", data={"ids": ids, "decision": "determine", "form_key": "1"}
        )
        result = seen(taken.text)
        assert "Определена: 3 инициативы" in result
        assert "Рабочая группа: Дороги, Петрова Анна Ивановна" in result
        assert "Не получилось: 1" in result
        assert [await status_of(office, each) for each in good] == ["determined"] * 3

        bulk = await office.pool.fetchval("SELECT DISTINCT bulk FROM decision")
        undone = await desk.post(f"{PAGE}/decisions/{bulk}/undoing", data={"form_key": "2"})
        assert undone.status_code == 303
        back = await page(desk, undone.headers["location"])

    assert "Отменено решений: 3." in back
    assert "Решение отменено" in back
    assert [await status_of(office, each) for each in good] == ["accepted"] * 3


async def test_a_form_sent_twice_decides_once(office: Office) -> None:
    leader, one = await office.grant(Role.LEADER, str(ROADS)), await office.submit()
    form = {"ids": str(one.id), "decision": "determine", "form_key": "same"}

    async with office.at_desk(leader, pages=True) as desk:
        answers = [seen((await desk.post(f"{PAGE}/decisions", data=form)).text) for _ in range(2)]

    assert ["Определена: 1 инициатива" in answer for answer in answers] == [True, True]
    assert await office.pool.fetchval("SELECT count(*) FROM decision") == 1


async def test_everything_that_is_filtered_can_be_decided_on_at_once(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    for nth in range(60):
        await office.submit(direction="culture" if nth % 2 else "roads")

    async with office.at_desk(head, pages=True) as desk:
        form = {"every": "1", "decision": "determine"}
        answer = await desk.post(f"{PAGE}/preview?direction=culture", data=form)

    assert "Определить: 30 инициатив" in seen(answer.text)


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("decline", {"text": "Нет"}, "Выберите причину из списка."),
        ("decline", {"reason": "done"}, "Напишите автору, что изменить"),
        ("return", {"text": "\u200b \x00"}, "Напишите автору, что изменить"),
        ("return", {"text": "д" * 4001}, "Сократите его до 4 000"),
        ("transfer", {"direction": "sky"}, "направление"),
        ("merge", {}, "Укажите номер инициативы"),
        ("merge", {"into": "999999"}, "Инициативы с таким номером"),
        ("merge", {"into": "первая"}, "Инициативы с таким номером"),
        ("merge", {"into": "9" * 30}, "Инициативы с таким номером"),
    ],
)
async def test_what_a_decision_lacks_is_said_at_the_field_and_what_was_typed_stays(
    office: Office, kind: str, given: dict[str, str], sentence: str
) -> None:
    head, one = await office.grant(Role.HEAD, DISTRICT), await office.submit()
    form = {"ids": str(one.id), "decision": kind, **given}

    async with office.at_desk(head, pages=True) as desk:
        many = await desk.post(f"{PAGE}/decisions", data=form)
        alone = await desk.post(f"{PAGE}/{one.id}/decisions", data=form)

    for answer in (many, alone):
        assert answer.status_code in (409, 422), answer.text
        assert sentence in seen(answer.text)
        if "Нет" in given.values():
            assert ">\nНет</textarea>" in answer.text
    assert await status_of(office, one) == "accepted"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Выберите, что решить по инициативам."),
        ({"decision": "explode"}, "Выберите, что решить по инициативам."),
        ({"decision": "determine"}, "Отметьте хотя бы одну инициативу."),
        ({"decision": "determine", "pick-x": "1", "pick-": "1"}, "Отметьте хотя бы одну инициативу."),
    ],
)
async def test_a_preview_of_nothing_says_what_to_do(
    office: Office, form: dict[str, str], sentence: str
) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    async with office.at_desk(head, pages=True) as desk:
        answer = await desk.post(f"{PAGE}/preview", data=form)

    assert answer.status_code == 422
    assert sentence in seen(answer.text)


async def test_others_initiatives_are_not_there(office: Office) -> None:
    leader, foreign = await office.grant(Role.LEADER, str(CULTURE)), await office.submit()
    elsewhere = await office.submit(OKRUG)

    async with office.at_desk(leader, pages=True) as desk:
        for each in (foreign, elsewhere):
            assert (await desk.get(f"{PAGE}/{each.id}")).status_code == 404
            preview = seen((await desk.post(f"{PAGE}/preview", data=picked(each, decision="determine"))).text)
            assert each.title not in preview
        assert (await desk.get(f"{PAGE}/{uuid4()}")).status_code == 404
        assert (await desk.get(f"{PAGE}/decisions/{uuid4()}")).status_code == 404


async def test_one_initiative_tells_its_story_with_bodies_and_people(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS), name="Петрова Анна Ивановна")
    head = await office.grant(Role.HEAD, DISTRICT, name="Егоров Сергей Иванович")
    one = await office.submit(text="Дети идут в темноте.\nНужен фонарь.")
    address = f"{PAGE}/{one.id}"
    async with office.at_desk(leader, pages=True) as desk:
        sent = await desk.post(f"{address}/decisions", data={"decision": "determine", "form_key": "1"})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{address}?done=determine")
        shown = await page(desk, sent.headers["location"])
        assert "Инициатива определена. Автор узнает об этом через 10 минут." in shown
        assert "Отменить решение" in shown
        assert "Выдвинуть" not in shown
    async with office.at_desk(head, pages=True) as desk:
        assert "Выдвинуть" in await page(desk, address)
        await desk.post(f"{address}/decisions", data={"decision": "put-forward", "text": "Важно."})
        shown = await page(desk, address)

    assert "Дети идут в темноте. Нужен фонарь." in shown
    assert "Подана" in shown
    assert "Определена" in shown
    assert "рабочая группа: дороги, а. и. петрова" in shown.lower()
    assert "координационная группа, С. И. Егоров Важно." in shown
    assert str(one.participant_id) not in shown


async def test_a_decision_on_one_is_taken_back_from_its_page(office: Office) -> None:
    leader, one = await office.grant(Role.LEADER, str(ROADS)), await office.submit()
    address = f"{PAGE}/{one.id}"
    async with office.at_desk(leader, pages=True) as desk:
        await desk.post(f"{address}/decisions", data={"decision": "return", "text": "Какая улица?"})
        taken = await office.pool.fetchval("SELECT id FROM decision")
        undone = await desk.post(f"{PAGE}/decisions/{taken}/undoing", data={"of": "1"})
        shown = await page(desk, undone.headers["location"])

    assert undone.headers["location"] == f"{address}?done=undone"
    assert "Решение отменено." in shown
    assert "Возвращена на доработку отменено" in shown
    assert await status_of(office, one) == "accepted"


async def test_a_decision_of_long_ago_is_not_offered_to_be_taken_back(office: Office) -> None:
    leader, one = await office.grant(Role.LEADER, str(ROADS)), await office.submit()
    address = f"{PAGE}/{one.id}"
    async with office.at_desk(leader, pages=True) as desk:
        await desk.post(f"{address}/decisions", data={"decision": "determine"})
        await office.pool.execute("UPDATE decision SET decided_at = decided_at - interval '11 minutes'")
        shown = await page(desk, address)
        taken = await office.pool.fetchval("SELECT id FROM decision")
        undone = await desk.post(f"{PAGE}/decisions/{taken}/undoing", data={})
        answer = await page(desk, undone.headers["location"])

    assert "Отменить решение" not in shown
    assert "Отменено решений: 0. Остались в силе: 1." in answer
    assert await status_of(office, one) == "determined"


async def test_merging_leads_on_to_the_other(office: Office) -> None:
    head, one, other = await office.grant(Role.HEAD, DISTRICT), await office.submit(), await office.submit()
    address = f"{PAGE}/{one.id}"
    async with office.at_desk(head, pages=True) as desk:
        form = {"decision": "merge", "into": f"№ {other.number}"}
        await desk.post(f"{address}/decisions", data=form)
        shown = await page(desk, address)

    assert f"Продолжается в инициативе № {other.number}" in shown


async def test_a_form_of_another_site_decides_nothing(office: Office) -> None:
    leader, one = await office.grant(Role.LEADER, str(ROADS)), await office.submit()
    async with office.at_desk(leader, pages=True) as desk:
        headers = {"Sec-Fetch-Site": "cross-site"}
        answer = await desk.post(
            f"{PAGE}/{one.id}/decisions", data={"decision": "determine"}, headers=headers
        )

    assert answer.status_code == 403
    assert await status_of(office, one) == "accepted"


async def test_a_text_is_shown_as_it_is(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    one = await office.submit(title="<b>Парк</b>", text="<script>alert(1)</script> \u202eтскет")
    async with office.at_desk(head, pages=True) as desk:
        for address in (PAGE, f"{PAGE}/{one.id}"):
            html = (await desk.get(address)).text
            assert "<b>Парк" not in html
            assert "alert(1)</script>" not in html


async def table(desk: Desk, address: str) -> list[tuple[Any, ...]]:
    answer = await desk.get(address)
    assert answer.status_code == 200, answer.text
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    return [tuple(row) for row in sheet.to_python()]


async def test_the_list_is_taken_along_as_it_is_filtered(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    one = await office.submit(organization=SCHOOL, text='=HYPERLINK("x")')
    await office.submit(direction="culture")
    await office.submit(OKRUG)

    async with office.at_desk(head, pages=True) as desk:
        head_row, *rows = await table(desk, f"{PAGE}?direction=roads&format=xlsx")
        assert (await desk.get(f"{PAGE}?format=exe")).status_code == 404

    assert head_row[:2] == ("Номер", "Муниципальное образование")
    (row,) = rows
    assert row[:7] == (
        *(one.number, "Сосновский муниципальный район", "Дороги", "Школа № 1"),
        *(one.title, '=HYPERLINK("x")', "Принята"),
    )
    assert row[-1] == "участник"
    assert str(one.participant_id) not in str(row)


@pytest.mark.parametrize("most", [1, 2])
async def test_a_table_that_is_cut_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    await office.submit()
    await office.submit()
    monkeypatch.setattr(exporting, "MOST", most)

    async with office.at_desk(head, pages=True) as desk:
        _, *rows = await table(desk, f"{PAGE}?format=xlsx")

    said = "Здесь первые 1. Остальные скачайте отдельно: выберите фильтры."
    assert (len(rows), rows[-1][0] == said) == (2, most == 1)


async def test_the_texts_are_printed_for_a_meeting(office: Office) -> None:
    head = await office.grant(Role.HEAD, DISTRICT)
    await office.submit(title="#set page(width: 1pt)", text="*Звёзды* и $деньги$ \\ # < >")

    async with office.at_desk(head, pages=True) as desk:
        answer = await desk.get(f"{PAGE}/meeting.pdf?status=all")
        empty = await desk.get(f"{PAGE}/meeting.pdf?q=небоскрёб")

    for each in (answer, empty):
        assert each.status_code == 200
        assert each.content.startswith(b"%PDF")
        assert each.headers["content-type"] == "application/pdf"


async def test_between_campaigns_nothing_is_decided(office: Office) -> None:
    head, one = await office.grant(Role.HEAD, DISTRICT), await office.submit()
    await office.redefine(open=False)

    async with office.at_desk(head, pages=True) as desk:
        assert "Марафон сейчас не идёт" in await page(desk)
        assert "Марафон сейчас не идёт" in await page(desk, f"{PAGE}/waiting")
        assert (await desk.get(f"{PAGE}/{one.id}")).status_code == 404


async def test_what_waits_stands_in_the_first_page(office: Office) -> None:
    leader = await office.grant(Role.LEADER, str(ROADS))
    found = [await office.submit() for _ in range(4)]

    async with office.at_desk(leader, pages=True) as desk:
        answer = await desk.get(f"{PAGE}/waiting")

    assert "<html" not in answer.text
    assert "Ждут решения 4" in seen(answer.text)
    assert str(found[-1].id) in answer.text
    assert str(found[0].id) not in answer.text
