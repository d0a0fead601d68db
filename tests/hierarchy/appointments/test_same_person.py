"""Whoever has the address of an act is the person whom the act names, or somebody says so."""

import re
from html import unescape
from uuid import uuid4

import pytest

from services.chassis.errors import Conflict
from services.hierarchy.appointments.commands.invite_administrator import invite_administrator
from services.hierarchy.core.domain.entrance import Entrance
from tests.hierarchy.office import (
    ELSEWHERE,
    PLACE,
    TODAY,
    URL,
    Browser,
    Office,
    annexed,
    appoint,
    appointment,
    slug,
)

HERE = f"/cabinet/municipalities/{PLACE}"
OTHER = "Сидорова Анна Ильинична"


def filled(**more: str) -> dict[str, str]:
    form = {"form_key": uuid4().hex, "role": "deputy", "name": OTHER, "email": "petrov@example.org"}
    return form | {"number": "2-р", "day": TODAY.isoformat()} | more


async def held(office: Office, email: str) -> int:
    query = (
        "SELECT count(*) FROM staff_grant AS g JOIN account AS a ON a.id = g.account"
        " WHERE a.email = $1 AND g.until_at IS NULL"
    )
    return int(await office.pool.fetchval(query, email))


async def deputy(office: Office, browser: Browser) -> None:
    """The browser is the Head's, who has appointed a deputy."""
    await appoint(browser, appointment("head", PLACE, "head@example.org", name="Главин Глеб"))
    await office.come(browser, "head@example.org")
    await appoint(browser, appointment("deputy", PLACE, "petrov@example.org"))


async def test_the_address_of_somebody_whom_one_sees_is_named(office: Office, browser: Browser) -> None:
    await deputy(office, browser)

    form = filled(role="responsible")
    refused = await browser.post(f"{HERE}/appointments", data=form)
    ticked = await browser.post(
        f"{HERE}/appointments",
        data=form | {"same_person": "1", "form_key": uuid4().hex},
        follow_redirects=False,
    )

    assert refused.status_code == 409
    assert "Этот адрес принадлежит: Петров Пётр Петрович" in unescape(refused.text)
    assert 'id="same_person"' in refused.text
    assert OTHER in unescape(refused.text), "what was typed stays"
    assert ticked.headers["location"] == f"{HERE}?done=appointed"
    assert OTHER in unescape((await browser.get(HERE)).text)
    assert await held(office, "petrov@example.org") == 2


async def test_a_doubt_about_the_person_hides_nothing_else(office: Office, browser: Browser) -> None:
    await deputy(office, browser)
    await appoint(browser, appointment("responsible", PLACE, "holder@example.org", name="Первая Полина"))

    refused = await browser.post(f"{HERE}/appointments", data=filled(role="responsible"))

    assert refused.status_code == 409
    assert "Этот адрес принадлежит: Петров Пётр Петрович" in unescape(refused.text)
    assert 'id="same_person"' in refused.text
    assert "Первая Полина" in unescape(refused.text)


async def test_the_address_of_somebody_elsewhere_is_not_named(office: Office, browser: Browser) -> None:
    await appoint(
        browser,
        appointment("head", PLACE, "head@example.org", name="Главин Глеб"),
        appointment("head", ELSEWHERE, "else@example.org", name="Иванов Иван"),
    )
    await office.come(browser, "head@example.org")

    refused = await browser.post(f"{HERE}/appointments", data=filled(email="else@example.org"))
    by_api = await appoint(browser, appointment("deputy", PLACE, "else@example.org", name=OTHER))

    assert "Этот адрес уже у человека с другим именем" in unescape(refused.text)
    assert "Иванов" not in unescape(refused.text)
    assert (by_api.status_code, slug(by_api)) == (409, "address-of-another")
    assert "Иванов" not in by_api.text
    assert await held(office, "else@example.org") == 1


@pytest.mark.parametrize("name", ["петров петр  петрович", "ПЕТРОВ ПЁТР ПЕТРОВИЧ"])
async def test_the_same_name_is_the_same_however_it_is_written(
    office: Office, browser: Browser, name: str
) -> None:
    await deputy(office, browser)

    made = await appoint(browser, appointment("responsible", PLACE, "petrov@example.org", name=name))

    assert made.status_code == 201


async def test_a_name_that_was_confirmed_once_is_not_asked_about_again(
    office: Office, browser: Browser
) -> None:
    await deputy(office, browser)
    married = appointment("responsible", PLACE, "petrov@example.org", name=OTHER)

    first = await appoint(browser, married | {"same_person": True})
    again = await appoint(browser, married)

    assert (first.status_code, again.status_code) == (201, 201)


async def test_rows_of_an_annex_are_asked_about_too(office: Office, browser: Browser) -> None:
    await deputy(office, browser)
    rows = f"ответственный; {OTHER}; petrov@example.org\nзаместитель; Новиков Егор; novikov@example.org"
    form = {"annex": rows, "number": "3-р", "day": TODAY.isoformat()}

    refused = await annexed(browser, form | {"form_key": uuid4().hex})
    before = await held(office, "novikov@example.org")
    confirmed = form | {"form_key": uuid4().hex, "same_person": "1"}
    done = await annexed(browser, confirmed)

    assert "Этот адрес принадлежит: Петров Пётр Петрович" in unescape(refused.text)
    assert "Это те же люди" in unescape(refused.text)
    assert before == 0
    assert re.fullmatch(r"/cabinet/acts/[^?]+\?done=appointed&many=2", done.headers["location"])
    assert await held(office, "petrov@example.org") == 2


async def test_two_rows_of_one_annex_with_one_address_and_two_names_are_asked_about(
    office: Office, browser: Browser
) -> None:
    await deputy(office, browser)
    new = [
        appointment("responsible", PLACE, "new@example.org", name=OTHER),
        appointment("deputy", PLACE, "new@example.org", name="Новиков Егор"),
    ]

    refused = await appoint(browser, *new)

    assert refused.status_code == 422
    assert [row["row"] for row in refused.json()["rows"]] == [2]


async def test_a_command_gives_nobody_the_role_of_an_administrator_under_another_name(
    office: Office, browser: Browser
) -> None:
    await deputy(office, browser)

    with pytest.raises(Conflict, match="address-of-administrator"):
        await invite_administrator(office.pool, Entrance(URL), "petrov@example.org", OTHER, office.now)

    assert await held(office, "petrov@example.org") == 1
