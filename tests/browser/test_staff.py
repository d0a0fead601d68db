"""The staff at work: invited, appointing, replaced, each page as people use it."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser import looking
from tests.browser.looking import assert_usable
from tests.client import LINK, STAFF_PASSWORD, Client
from tests.factories import HERE
from tests.installation import Installation

pytestmark = pytest.mark.asyncio(loop_scope="session")

DISTRICT, OKRUG, TOWN, SETTLEMENT = "13603000", "13702000", "13705000", "13603404"
LONG_NAME = "Константинопольская-Преображенская Александра Константиновна"
TODAY = datetime.now(HERE).date().isoformat()


async def invited(client: Client, address: str) -> str:
    """The link of an administrator's letter."""
    await client.invite(address, "Админова Ада Андреевна")
    return await client.letter_to(address, code=LINK)


async def choose_password(page: Page) -> None:
    await page.get_by_label("Пароль", exact=True).fill(STAFF_PASSWORD)
    await page.get_by_label("Ещё раз тот же пароль").fill(STAFF_PASSWORD)
    await page.get_by_role("button", name="Сохранить и войти").click()


async def to_own_place(page: Page) -> None:
    """From the first page to the page of the place where one is appointed."""
    await page.get_by_role("region", name="Где вы назначены").get_by_role("link").click()


async def fill_act(page: Page, role: str, name: str, email: str) -> None:
    await page.get_by_label(role, exact=True).check()
    await page.get_by_label("Фамилия, имя, отчество").fill(name)
    await page.get_by_label("Адрес электронной почты").fill(email)
    await page.get_by_label("Номер распоряжения").fill("12-р")
    await page.get_by_label("Дата распоряжения").fill(TODAY)
    await page.get_by_role("button", name="Назначить", exact=True).click()


async def test_from_the_letter_to_a_formed_group_without_javascript(
    browser: Browser, origin: str, client: Client
) -> None:
    link = await invited(client, "first@example.org")
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        page = await watched.open(link)
        await choose_password(page)
        await expect(page.get_by_role("heading", name="Что ещё не сделано")).to_be_visible()
        await page.get_by_label("Название").fill("сосновский")
        await page.get_by_role("button", name="Показать").click()
        await page.get_by_role("link", name="Сосновский муниципальный район").click()
        await fill_act(page, "глава", "Егоров Сергей Иванович", "egorov@example.org")
        await expect(page.get_by_role("status").first).to_contain_text("Назначено")
        await expect(page.get_by_text("Ждём ответа на приглашение")).to_be_visible()
        watched.assert_clean()

    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        page = await watched.open(await client.letter_to("egorov@example.org", code=LINK))
        await choose_password(page)
        await to_own_place(page)
        await fill_act(page, "заместитель главы", "Морозов Пётр Ильич", "morozov@example.org")
        await page.locator("summary", has_text="Морозов").click()
        await page.get_by_role("link", name="Прекратить полномочия").click()
        await expect(page.get_by_text("Морозов Пётр Ильич")).to_be_visible()
        await page.get_by_role("button", name="Прекратить полномочия").click()
        await expect(page.get_by_role("heading", name="Были назначены")).to_be_visible()
        watched.assert_clean()


async def test_one_group_for_everything_appoints_a_coordinator_without_javascript(
    browser: Browser, origin: str, client: Client
) -> None:
    administrator = await come(client, await invited(client, "third@example.org"))
    await client.appoint(administrator, {"role": "head", "of": OKRUG, "email": "okrug@example.org"})
    of_head = await client.come("okrug@example.org")
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        await watched.enter(of_head, cookie="staff")
        page = await watched.open("/cabinet")
        await to_own_place(page)
        await page.get_by_role("link", name="Одна группа на всё").click()
        await page.get_by_label("Номер распоряжения").fill("13-р")
        await page.get_by_label("Дата распоряжения").fill(TODAY)
        await page.get_by_role("button", name="Сформировать").click()
        await expect(page.get_by_role("status").first).to_contain_text("Сформировано")
        group = page.url.removeprefix(origin).partition("?")[0]
        await page.locator("#rows a").first.click()
        organization = page.url.removeprefix(origin)
        await fill_act(page, "координатор", "Яковлева Яна Юрьевна", "yana@example.org")
        await expect(page.get_by_role("status").first).to_contain_text("Назначено")
        page = await watched.open(group)
        await page.get_by_role("link", name="Инструктаж координаторов").click()
        await page.get_by_role("link", name="Написать материал").click()
        await page.get_by_label("Материал").fill("Не теряйте инициатив.\nПомогайте их писать.")
        await page.get_by_role("button", name="Опубликовать").click()
        await expect(page.get_by_role("status").first).to_contain_text("Материал опубликован")
        watched.assert_clean()
    await assert_briefed_by_reading(browser, origin, client)

    folder = f"/cabinet/municipalities/{OKRUG}"
    forms = (
        f"{folder}/groups/new",
        f"{folder}/scheme",
        f"{group}/area",
        f"{group}/dissolution",
        f"{group}/briefing",
        f"{group}/briefing/material",
    )
    async with looking.window(browser, origin) as watched:
        await watched.enter(of_head, cookie="staff")
        for path in (folder, group, organization, f"{organization}/closing", *forms):
            await assert_usable(watched, await watched.open(path))
        contacts = organization.replace("/cabinet/organizations/", "/contacts?organization=")
        page = await watched.open(contacts)
        await expect(page.get_by_text("Яковлева Яна Юрьевна")).to_be_visible()
        await assert_usable(watched, page)


async def assert_briefed_by_reading(browser: Browser, origin: str, client: Client) -> None:
    of_coordinator = await client.come("yana@example.org")
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        await watched.enter(of_coordinator, cookie="staff")
        page = await watched.open("/cabinet")
        await page.get_by_role("link", name="Прочитать").click()
        await expect(page.get_by_text("Помогайте их писать.")).to_be_visible()
        await page.get_by_role("button", name="Подтвердить, что материал прочитан").click()
        await expect(page.get_by_role("status").first).to_contain_text("Спасибо")
        watched.assert_clean()
    async with looking.window(browser, origin) as watched:
        await watched.enter(of_coordinator, cookie="staff")
        await assert_usable(watched, await watched.open("/cabinet/briefing"))


async def test_a_table_is_looked_through_and_taken_without_javascript(
    browser: Browser, origin: str, client: Client, tmp_path: Path
) -> None:
    token = await come(client, await invited(client, "seventh@example.org"))
    table, broken = tmp_path / "organizations.csv", tmp_path / "broken.csv"
    head = "Номер;Название;Вид;Где находится;Работников\n"
    table.write_text(f"{head}901;Музей речного флота;музей;;14\n", "utf-8")
    broken.write_text(f"{head}902;;музей;Атлантида;много\n", "utf-8")
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        await watched.enter(token, cookie="staff")
        page = await watched.open(f"/cabinet/municipalities/{DISTRICT}/organizations")
        await page.get_by_role("link", name="Дополнить или исправить список таблицей").click()
        await page.get_by_label("Файл").set_input_files(broken)
        await page.get_by_role("button", name="Посмотреть, что изменится").click()
        await expect(page.get_by_role("status").first).to_contain_text("Ничего не изменилось")
        await expect(page.get_by_text("«Атлантида» – не учредитель")).to_be_visible()
        refused = page.url
        await page.get_by_role("link", name="Выбрать файл").click()
        await page.get_by_label("Файл").set_input_files(table)
        await page.get_by_role("button", name="Посмотреть, что изменится").click()
        await expect(page.get_by_text("Музей речного флота")).to_be_visible()
        looked = page.url
        await assert_page_in_every_window(browser, origin, token, looked)
        await page.get_by_role("button", name="Внести изменения").click()
        await expect(page.get_by_role("status").first).to_contain_text("Добавлено: 1")
        watched.assert_clean()
    assert refused != looked


async def assert_page_in_every_window(browser: Browser, origin: str, token: str, url: str) -> None:
    async with looking.window(browser, origin) as watched:
        await watched.enter(token, cookie="staff")
        await assert_usable(watched, await watched.open(url.removeprefix(origin)))


async def test_a_clerk_saves_an_act_and_attaches_what_was_signed_without_javascript(
    browser: Browser, origin: str, client: Client, tmp_path: Path
) -> None:
    administrator = await come(client, await invited(client, "fourth@example.org"))
    await client.appoint(administrator, {"role": "head", "of": TOWN, "email": "town@example.org"})
    of_head = await client.come("town@example.org")
    await client.appoint(
        of_head,
        {"role": "clerk", "of": TOWN, "email": "clerk@example.org", "name": "Доверов Денис Дмитриевич"},
        *(
            {"role": "deputy", "of": TOWN, "email": f"{nth}@example.org", "name": LONG_NAME}
            for nth in range(3)
        ),
    )
    of_clerk = await client.come("clerk@example.org")
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        await watched.enter(of_clerk, cookie="staff")
        page = await watched.open("/cabinet")
        await to_own_place(page)
        await page.get_by_role("link", name="по распоряжению № 12-р").last.click()
        act = page.url.removeprefix(origin)
        await expect(page.get_by_role("rowheader", name="Доверов Денис Дмитриевич")).to_be_visible()
        async with page.expect_download() as saving:
            await page.get_by_role("link", name="Скачать для подписи").click()
        saved = await saving.value
        await saved.save_as(tmp_path / "act.pdf")
        await page.get_by_label("Файл с подписанным документом").set_input_files(tmp_path / "act.pdf")
        await page.get_by_role("button", name="Приложить", exact=True).click()
        await expect(page.get_by_role("status").first).to_contain_text("Подписанная копия сохранена")
        async with page.expect_download() as taking:
            await page.get_by_role("link", name="PDF,").click()
        taken = await taking.value
        await taken.save_as(tmp_path / "signed.pdf")
        (tmp_path / "note.pdf").write_text("Это не PDF.", "utf-8")
        await page.get_by_label("Приложить другую копию").set_input_files(tmp_path / "note.pdf")
        await page.get_by_role("button", name="Приложить", exact=True).click()
        await expect(page.get_by_role("link", name="Нужен PDF, JPEG или PNG")).to_be_visible()
        watched.forgiven = ("422",)
        watched.assert_clean()
        await page.get_by_role("link", name="Распоряжения").click()
        await expect(page.get_by_text("Приложена")).to_be_visible()

    assert saved.suggested_filename == "Распоряжение № 12-р.pdf"
    assert taken.suggested_filename == "Распоряжение № 12-р – подписано.pdf"
    assert (tmp_path / "signed.pdf").read_bytes() == (tmp_path / "act.pdf").read_bytes()
    async with looking.window(browser, origin) as watched:
        await watched.enter(of_clerk, cookie="staff")
        for path in (act, f"/cabinet/municipalities/{TOWN}/acts"):
            await assert_usable(watched, await watched.open(path))


async def test_a_scan_that_is_too_large_comes_back_to_the_act(
    browser: Browser, origin: str, client: Client, tmp_path: Path
) -> None:
    administrator = await come(client, await invited(client, "fifth@example.org"))
    (tmp_path / "large.pdf").write_bytes(b"%PDF-" + bytes(30_000_000))
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        await watched.enter(administrator, cookie="staff")
        await client.appoint(administrator, {"role": "smo-operator", "of": "smo", "email": "smo@example.org"})
        page = await watched.open("/cabinet/region/acts")
        await page.get_by_role("link", name="№ 12-р").first.click()
        act = page.url

        await page.get_by_label("Файл с подписанным документом").set_input_files(tmp_path / "large.pdf")
        await page.get_by_role("button", name="Приложить", exact=True).click()

        await expect(page.get_by_role("link", name="Файл больше 20 МБ")).to_be_visible()
        assert page.url == f"{act}?refused=size"


async def test_what_was_typed_stays_and_the_error_says_what_to_do(
    browser: Browser, origin: str, client: Client
) -> None:
    token = await come(client, await invited(client, "second@example.org"))
    async with looking.window(browser, origin) as watched:
        watched.forgiven = ("422",)
        await watched.enter(token, cookie="staff")
        page = await watched.open("/cabinet/region")

        await fill_act(page, "администратор региона", "Третий Трофим", "not-an-address")

        await expect(page.get_by_role("link", name="Укажите адрес электронной почты")).to_be_visible()
        await expect(page.get_by_label("Фамилия, имя, отчество")).to_have_value("Третий Трофим")
        await assert_usable(watched, page)


@pytest.mark.parametrize(
    "path",
    [
        "/staff/sign-in",
        "/staff/forgotten",
        "/staff/sessions",
        "/cabinet",
        "/cabinet/region",
        "/cabinet/region/letterhead",
        "/cabinet/annex",
        "/cabinet/invitations?all=1",
        "/cabinet/audit?verify=1",
        "/determination/audit",
        "/determination/retention",
        f"/cabinet/municipalities/{DISTRICT}",
        f"/cabinet/municipalities/{DISTRICT}/organizations",
        "/cabinet/structure",
        "/cabinet/structure/smos/new",
        "/cabinet/calendar?year=2024",
        "/cabinet/regulation",
        "/cabinet/imports/municipalities",
        f"/cabinet/imports/organizations?of={DISTRICT}",
        "/cabinet/campaigns",
        "/cabinet/campaigns/new",
        "/cabinet/campaigns/marafon-demo",
        "/cabinet/campaigns/marafon-demo/closing",
    ],
)
async def test_everybody_can_use_it(path: str, browser: Browser, origin: str, onlooker: str) -> None:
    async with looking.window(browser, origin) as watched:
        if path not in ("/staff/sign-in", "/staff/forgotten"):
            await watched.enter(onlooker, cookie="staff")
        page = await watched.open(path)

        await assert_usable(watched, page)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def onlooker(installation: Installation) -> str:
    """The token of an administrator who looks at pages and changes nothing."""
    async with installation.client() as client:
        return await come(client, await invited(client, f"{uuid4().hex}@example.org"))


async def come(client: Client, link: str) -> str:
    url = f"{client.url('hierarchy')}/api/v1{link}"
    return str((await client.http.post(url, json={"password": STAFF_PASSWORD})).json()["token"])


async def test_a_settlement_goes_to_its_district_and_both_to_a_successor(
    browser: Browser, origin: str, client: Client
) -> None:
    administrator = await come(client, await invited(client, "served@example.org"))
    await client.appoint(administrator, {"role": "head", "of": SETTLEMENT, "email": "village@example.org"})
    of_head = await client.come("village@example.org")
    place = f"/cabinet/municipalities/{SETTLEMENT}"
    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        await watched.enter(of_head, cookie="staff")
        page = await watched.open("/cabinet")
        await to_own_place(page)
        await page.get_by_role("link", name="Передать обслуживание району").click()
        await page.get_by_label("Номер соглашения").fill("4-с")
        await page.get_by_label("Дата соглашения").fill(TODAY)
        await page.get_by_role("button", name="Передать обслуживание").click()
        await expect(page.get_by_role("status").first).to_contain_text("Теперь поселение обслуживает район")
        await page.get_by_role("link", name="№\u00a04-с").click()
        await expect(page.get_by_role("heading", name="Соглашение")).to_be_visible()
        watched.assert_clean()

    pages = {of_head: (place, f"{place}/serving"), administrator: (place, f"{place}/transformation")}
    for token, paths in pages.items():
        async with looking.window(browser, origin) as watched:
            await watched.enter(token, cookie="staff")
            for path in paths:
                await assert_usable(watched, await watched.open(path))

    async with looking.window(browser, origin, java_script_enabled=False) as watched:
        await watched.enter(administrator, cookie="staff")
        page = await watched.open(place)
        await page.get_by_role("link", name="Преобразовано в другое").click()
        await page.get_by_label("Преемник").select_option(label="Городской округ город Воленск")
        await page.get_by_label("Номер закона").fill("7-З")
        await page.get_by_label("Дата закона").fill(TODAY)
        await page.get_by_role("button", name="Преобразовать").click()
        await expect(page.get_by_role("status").first).to_contain_text("Преемник назван")
        await expect(page.get_by_text("Преобразовано", exact=True)).to_be_visible()
        watched.assert_clean()
