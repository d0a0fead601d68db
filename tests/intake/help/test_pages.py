"""The whole way over HTTP: an author asks, a coordinator and an executor help, the author accepts."""

import re
from html import unescape
from typing import Any

from contracts.appointments import Role
from tests.intake.conftest import Hall
from tests.intake.determination.office import SCHOOL, Office
from tests.intake.help.helping import Helping
from tests.intake.test_api import Api, slug
from tests.intake.test_pages import send

WISH = {"direction": "roads", "form": "personal", "title": "Переход", "text": "Дети <b>переходят</b> дорогу."}
BETTER = {"title": "Переход", "text": "Дети каждый день <b>переходят</b> дорогу.", "note": "Стало точнее."}


def seen(answer: Any) -> str:
    """The words of a page, without tags."""
    assert answer.status_code in (200, 409, 410), answer.text
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.text)).split())


async def page(client: Api, path: str) -> str:
    return seen(await client.get(path, headers={"Accept": "text/html"}))


async def test_a_text_is_helped_with_from_the_first_word_to_the_thanks(
    office: Office, author: Api, helping: Helping, hall: Hall
) -> None:
    draft = (await author.post("/api/v1/drafts", json=WISH)).json()["id"]
    form = await page(author, f"/initiatives/new?draft={draft}")
    assert "Попросить помощь с текстом" in form

    asked = await send(author, f"/initiatives/drafts/{draft}/help", text="С чего <i>начать</i>?")
    own = asked.headers["location"].partition("?")[0]
    assert "Просьба отправлена" in await page(author, asked.headers["location"])
    assert (await author.get(f"/initiatives/drafts/{draft}/help", follow_redirects=False)).headers[
        "location"
    ] == own
    request = own.rpartition("/")[2]

    anna = await office.grant(Role.COORDINATOR, str(SCHOOL), name="Петрова Анна")
    async with office.at_desk(anna, pages=True) as desk:
        assert "С чего <i>начать</i>?" in await page(desk, "/help/waiting")
        listed = await page(desk, "/help")
        assert ("Ждут вас" in listed, "осталось" in listed) == (True, True)
        one = await page(desk, f"/help/{request}")
        assert ("Дети <b>переходят</b> дорогу." in one, "Взять в работу" in one) == (True, True)
        assert ("anna@example.org" in one, "Автору не приходят письма" in one) == (False, False)
        await send(desk, f"/help/{request}/taking")
        named = await send(desk, f"/help/{request}/executor", name="Вера", email="vera@example.org")
        assert "Исполнителю ушло письмо" in await page(desk, named.headers["location"])
        wrong = await desk.post(f"/help/{request}/executor", data={"name": "", "email": "нет"})
        assert wrong.text.count('class="error"') == 2

    link = re.search(r"/help/by-link/[\w-]+", (await helping.letters())[-1][1])
    assert link
    async with hall.web.browser() as vera:
        shown = await page(vera, link[0])
        assert ("Дети <b>переходят</b> дорогу." in shown, "Мои данные" in shown) == (True, False)
        done = await send(vera, link[0], **BETTER)
        assert "Текст предложен" in await page(vera, done.headers["location"])

        answer = await author.get(own, headers={"Accept": "text/html"})
        assert "Вам предложили текст" in seen(answer)
        assert re.search(r"<ins><span[^>]*>добавить: </span>каждый день", answer.text)
        whole = (await author.get(f"/api/v1/me/help-requests/{request}")).json()
        (one,) = whole["suggestions"]
        assert {each["change"] for each in whole["text_changes"]} == {"same", "inserted"}
        accepted = await send(
            author, own, press="accept", suggestion=one["id"], version=str(whole["version"])
        )
        assert "Текст заменён" in await page(author, accepted.headers["location"])
        assert (await author.get(f"/api/v1/drafts/{draft}")).json()["text"] == BETTER["text"]

        over = await vera.get(link[0], headers={"Accept": "text/html"})
        assert (over.status_code, "Ссылка больше не действует" in seen(over)) == (410, True)
        program = await vera.get(link[0].replace("/help/by-link", "/api/v1/help-links"))
        assert (program.status_code, slug(program)) == (410, "help-link-over")

    thanked = await send(author, own, press="thank")
    assert "Спасибо передано" in await page(author, thanked.headers["location"])
    async with office.at_desk(anna, pages=True) as desk:
        listed = await page(desk, "/help")
    assert ("Помогли 1" in listed, "Сказали спасибо 1" in listed) == (True, True)
    stored = (await author.get("/api/v1/me/data")).json()["help"]
    assert [(each["status"], len(each["suggestions"])) for each in stored] == [("done", 1)]
    assert "Просьбы о помощи" in await page(author, "/me")
    assert "С чего <i>начать</i>?" in await page(author, "/initiatives/help")


async def test_an_initiatives_page_says_how_far_help_is(office: Office, author: Api) -> None:
    one = (await author.post("/api/v1/initiatives", json=WISH)).json()["id"]
    assert f'hx-get="/initiatives/{one}/help/line"' in (
        await author.get(f"/initiatives/{one}", headers={"Accept": "text/html"})
    ).text.replace("&#x2f;", "/")
    assert await page(author, f"/initiatives/{one}/help/line") == "Попросить помощь с текстом"

    asked = await author.post(f"/api/v1/initiatives/{one}/help", json={"text": ""})
    again = await author.post(f"/api/v1/initiatives/{one}/help", json={"text": ""})

    assert (asked.status_code, asked.json()["status"]) == (201, "requested")
    assert (again.status_code, slug(again)) == (409, "help-asked-already")
    assert await page(author, f"/initiatives/{one}/help/line") == "Вы попросили помощь с текстом"


async def test_whoever_helps_is_told_that_no_letter_reaches_the_author(office: Office, author: Api) -> None:
    one = (await author.post("/api/v1/initiatives", json=WISH)).json()["id"]
    asked = (await author.post(f"/api/v1/initiatives/{one}/help", json={"text": ""})).json()["id"]
    await office.pool.execute("UPDATE participant SET letters = 'none'")

    async with office.at_desk(await office.grant(Role.COORDINATOR, str(SCHOOL)), pages=True) as desk:
        shown = await page(desk, f"/help/{asked}")
        taken = await send(desk, f"/help/{asked}/taking")
        done = await send(desk, f"/help/{asked}/completion")
        told = await page(desk, done.headers["location"])

    assert (taken.status_code, done.status_code) == (303, 303)
    assert "Автору не приходят письма" in shown
    assert "Помощь завершена." in told
    assert "ушло письмо" not in told


async def test_the_hotline_asks_for_an_author_and_sees_no_text(office: Office, author: Api) -> None:
    one = (await author.post("/api/v1/initiatives", json=WISH)).json()
    operator = await office.grant(Role.HOTLINE_OPERATOR, "13603000")
    inquiry = "019a7a11-0b01-7738-9d68-5b2e91c60298"
    async with office.at_desk(operator, pages=True) as desk:
        form = await page(desk, f"/help/new?inquiry={inquiry}")
        asked = await send(desk, "/help/new", number=f"№ {one['number']}", text="Просит", inquiry=inquiry)
        shown = await page(desk, asked.headers["location"])
        unknown = await send(desk, "/help/new", number="№ 999 999", text="")

    assert "Номер инициативы" in form
    assert "Просьба передана тем, кто помогает автору" in shown
    assert "переходят" not in shown
    assert (unknown.status_code, "Проверьте номер" in unknown.text) == (404, True)
