"""A picture of every page in `.local/screens/`: wide, narrow, dark, on the wall, and with nothing in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, Page
from rich.console import Console
from rich.progress import track

from deploy.demonstration.addresses import Addresses
from deploy.demonstration.order import Order, carry_out
from tests import databases
from tests.browser import looking
from tests.client import LINK, Client
from tests.factories import HERE
from tests.installation import ROOT, Installation, installation

SCREENS = ROOT / ".local" / "screens"
WINDOWS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1440, "height": 900}},
    "narrow": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "print": {"viewport": {"width": 1000, "height": 1400}},
    "accessible": {"viewport": {"width": 1440, "height": 900}},
}
WALL: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
OPEN = {
    "start": "/",
    "registration": "/register",
    "registration-found": "/register?q=%D1%88%D0%BA%D0%BE%D0%BB%D0%B0",
    "registration-place": "/participants/new?municipality=13603000",
    "sign-in": "/sign-in",
    "region": "/region",
    "region-table": "/region?view=table&show=registered&sort=-registered",
    "region-hours": "/region?by=hour",
    "region-found": "/region?q=%D1%81%D0%BE%D1%81%D0%BD%D0%BE%D0%B2%D1%81%D0%BA%D0%BE%D0%B5",
    "municipality": "/municipalities/13603000",
    "settlement": "/municipalities/13603151",
    "hotline-new": "/hotline/new?municipality=13603000",
    "hotline-answers": "/hotline/answers?municipality=13603000",
    "hotline-about": "/hotline/about?municipality=13603000",
    "apis": "/api",
    "nowhere": "/nowhere",
}
STAFF = {
    "staff-sign-in": "/staff/sign-in",
    "forgotten": "/staff/forgotten",
    "sessions": "/staff/sessions",
    "cabinet": "/cabinet",
    "cabinet-missing": "/cabinet?missing=1&q=%D1%80%D0%B0%D0%B9%D0%BE%D0%BD",
    "cabinet-region": "/cabinet/region",
    "cabinet-place": "/cabinet/municipalities/13603000",
    "cabinet-place-empty": "/cabinet/municipalities/13638000",
    "organizations": "/cabinet/municipalities/13603000/organizations",
    "serving": "/cabinet/municipalities/13603151/serving",
    "transformation": "/cabinet/municipalities/13603000/transformation",
    "acts": "/cabinet/municipalities/13603000/acts",
    "campaigns": "/cabinet/campaigns",
    "campaign": "/cabinet/campaigns/marafon-demo",
    "structure": "/cabinet/structure",
    "smo": "/cabinet/structure/smos/smo",
    "calendar": "/cabinet/calendar?year=2023",
    "regulation-region": "/cabinet/regulation",
    "import-municipalities": "/cabinet/imports/municipalities",
    "import-organizations": "/cabinet/imports/organizations?of=13603000",
    "annex": "/cabinet/annex",
    "invitations": "/cabinet/invitations?all=1",
    "audit": "/cabinet/audit?verify=1",
    "initiatives-audit": "/determination/audit",
    "initiatives-retention": "/determination/retention",
    "region-staff": "/region",
    "region-plan": "/region?view=table",
    "region-missing": "/region?view=table&missing=1",
    "region-hotline": "/region/hotline",
    "region-work": "/region/work",
    "hotline-retention": "/hotline/retention",
    "hotline-themes": "/hotline/themes",
    "hotline-theme": "/hotline/themes/wording",
    "comparison": "/region/comparison",
    "comparison-smo": "/region/comparison?show=registered&level=smo",
    "comparison-bad": "/region/comparison?day=9999-12-31",
    "municipality-staff": "/municipalities/13603000",
}
FIRST_INSIDE = "sessions"
"""The pages before it are for people who are not signed in."""

OWN = {
    "new-initiative": "/initiatives/new",
    "initiatives": "/initiatives",
    "data": "/me",
    "correction": "/me/correction",
    "erasure": "/me/erasure",
    "hotline-mine": "/hotline/mine",
    "help-mine": "/initiatives/help",
    "letters": "/me/letters",
}
LONG = "Водоснабжение-водоотведение-и-благоустройство-прибрежной-территории " * 2


def main() -> None:
    """Make an installation of its own, and take its pictures before and after a campaign."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with databases.server() as postgres, installation(postgres) as whole:
        whole.start()
        with looking.gateway(whole) as origin:
            asyncio.run(_empty(origin))
            asyncio.run(whole.load_region())
            asyncio.run(_full(whole, origin))
    print(f"{len(list(SCREENS.glob('*.png')))} pictures in {SCREENS}")


async def _empty(origin: str) -> None:
    async with looking.chromium() as browser:
        for name in ("start", "registration", "region"):
            async with _opened(browser, origin, "wide", OPEN[name]) as page:
                await _take(page, f"{name}-empty")


async def _full(whole: Installation, origin: str) -> None:
    addresses = Addresses(origin, origin, origin, whole.folder / "mail", whole.folder / "runs")
    await carry_out(addresses, Order(participants=300, initiatives=700), Console())
    shots = [(name, path, window) for name, path in OPEN.items() for window in WINDOWS]
    async with looking.chromium() as browser:
        for name, path, window in track(shots, description="Pictures"):
            async with _opened(browser, origin, window, path) as page:
                await _take(page, f"{name}-{window}")
        async with looking.window(browser, origin, **WALL) as watched:
            await _take(await watched.open("/region?wall=1"), "region-wall", whole_page=False)
        await _own(browser, whole, origin)
        await _staff(browser, whole, origin)


async def _own(browser: Browser, whole: Installation, origin: str) -> None:
    async with whole.client() as client, looking.window(browser, origin) as watched:
        who = await client.register()
        await watched.enter(who.token)
        await _take(await watched.open("/initiatives"), "initiatives-empty")
        signed_in = {"Authorization": f"Bearer {who.token}"}
        answer = await client.submit(who, title=LONG, text=LONG * 12)
        draft = {"title": LONG[:80], "text": LONG, "direction": "roads", "form": "personal"}
        once = {"Idempotency-Key": uuid4().hex}
        kept = await client.http.post(
            f"{client.url('intake')}/api/v1/drafts",
            json=draft,
            headers=signed_in | once,
        )
        assert kept.status_code == 201, kept.text
        own = OWN | {
            "files": f"/initiatives/drafts/{kept.json()['id']}/files",
            "help-of-draft": f"/initiatives/drafts/{kept.json()['id']}/help",
            "help-of-initiative": f"/initiatives/{answer.json()['id']}/help",
        }
        await client.submit(who)
        question = {"municipality": "13603000", "theme": "other", "text": LONG, "answer_by": "link"}
        asked = await client.http.post(
            f"{client.url('hotline')}/hotline/new", data=question, headers=signed_in
        )
        assert asked.status_code == 303, asked.text
        page = await watched.open(f"/initiatives/{answer.json()['id']}")
        await _take(page, "initiative-long-wide")
        await page.goto(f"{origin}/participants/{uuid4()}/code")
        await _take(page, "code-wide")
        await page.goto(f"{origin}/initiatives/new")
        await page.get_by_role("button", name="Подать инициативу").click()
        await _take(page, "new-initiative-errors-wide")
        for window in WINDOWS:
            async with _window(browser, origin, window) as other:
                await other.enter(who.token)
                for name, path in own.items():
                    await _take(await other.open(path), f"{name}-{window}")


async def _staff(browser: Browser, whole: Installation, origin: str) -> None:
    async with whole.client() as client:
        whole.run("hierarchy", "invite-administrator", "admin@example.org", "Кузнецова Марина Олеговна")
        link = await client.letter_to("admin@example.org", code=LINK)
        async with looking.window(browser, origin) as watched:
            await _take(await watched.open(link), "choose-password-wide")
        administrator = await client.come("admin@example.org")
        await client.appoint(administrator, *[head(code) for code in ("13603000", "13603151", "13702000")])
        of_head = await client.come("head13603000@example.org")
        await client.appoint(administrator, {"role": "smo-operator", "of": "smo", "email": "smo@example.org"})
        of_council = await client.come("smo@example.org")
        deputies = [{"role": "deputy", "of": "13603000", "email": f"d{i}@example.org"} for i in range(3)]
        (first, *_) = await client.appoint(of_head, *deputies)
        forming = FORMING | await _hotline(client, of_head)
        for window in WINDOWS:
            async with _window(browser, origin, window) as watched:
                for name, path in STAFF.items():
                    if name == FIRST_INSIDE:
                        await watched.enter(administrator, cookie="staff")
                    await _take(await watched.open(path), f"{name}-{window}")
                await watched.enter(of_head, cookie="staff")
                await _take(await watched.open("/cabinet"), f"cabinet-head-{window}")
                for what in ("end", "contact", "address"):
                    page = await watched.open(f"/cabinet/appointments/{first}/{what}")
                    await _take(page, f"{what}-{window}")
                for name, path in forming.items():
                    await _take(await watched.open(path), f"{name}-{window}")
                page = await _annex(watched, "глава; Иванов; x\nзаместитель; ; y@example.org; 1; 2")
                await _take(page, f"annex-errors-{window}")
                page = await _annex(
                    watched, "зам. главы; Ли Анна; li@example.org\nотв.; Ким Ян; k@example.org"
                )
                await _take(page, f"annex-preview-{window}")
                await watched.enter(of_council, cookie="staff")
                for name, path in COUNCIL.items():
                    await _take(await watched.open(path), f"{name}-{window}")


async def _hotline(client: Client, token: str) -> dict[str, str]:
    """A line with a few cases, and its pages as the Head sees them."""
    api, headers = f"{client.url('hotline')}/api/v1", {"Authorization": f"Bearer {token}"}
    line = {"municipality": "13603000", "name": "Горячая линия марафона", "phones": ["8 800 000-10-01"]}
    answer = await client.http.post(f"{api}/lines", json=line, headers=headers)
    assert answer.status_code == 200, answer.text
    question = {"municipality": "13603000", "theme": "other", "text": LONG * 3, "name": "Соколова Нина"}
    asked = [(await client.http.post(f"{api}/inquiries", json=question)).json() for _ in range(5)]
    await client.http.post(f"{api}/inquiries/{asked[1]['id']}/take", headers=headers)
    given = {"text": "Передали вопрос в ЕДДС, ответят завтра."}
    await client.http.post(f"{api}/inquiries/{asked[2]['id']}/answer", json=given, headers=headers)
    pages = {f"hotline-{name}": f"/hotline/{path}" for name, path in HOTLINE.items()}
    of_initiator = {"hotline-initiator": f"/hotline/inquiries/{asked[2]['link']}"}
    return pages | of_initiator | {"desk": "/hotline", "case": f"/hotline/cases/{asked[0]['id']}"}


HOTLINE = {
    "lines": "lines",
    "line": "lines/13603000",
    "line-edit": "lines/13603000/edit",
    "duty": "lines/13603000/duty",
    "drafts": "answers/drafts?municipality=13603000",
    "draft": "answers/new?municipality=13603000",
    "consultation": "consultations/new?municipality=13603000",
    "consultations": "consultations?municipality=13603000",
}


async def _annex(watched: looking.Watched, rows: str) -> Page:
    """What a list would do, or what is wrong with it."""
    page = await watched.open("/cabinet/annex")
    await page.get_by_label("Номер распоряжения").fill("14-р")
    await page.get_by_label("Дата распоряжения").fill(datetime.now(HERE).date().isoformat())
    await page.get_by_label("Приложение", exact=True).fill(rows)
    await page.get_by_role("button", name="Проверить", exact=True).click()
    await page.wait_for_load_state()
    return page


FORMING = {
    "group-new": "/cabinet/municipalities/13603000/groups/new?all=1",
    "group-scheme": "/cabinet/municipalities/13603000/scheme",
    "letterhead": "/cabinet/municipalities/13603000/letterhead",
    "contacts": "/contacts?municipality=13603000",
    "coordination-group": "/cabinet/municipalities/13603000/coordination-group",
    "reception": "/cabinet/municipalities/13603000/reception",
    "checkpoints": "/cabinet/municipalities/13603000/checkpoints",
    "regulation": "/cabinet/regulation/13603000",
    "orders": "/cabinet/orders?tab=given",
    "order-new": "/cabinet/orders/new",
    "questions": "/cabinet/questions",
    "messages": "/cabinet/messages",
    "help": "/help",
    "help-new": "/help/new",
    "assisted": "/assisted",
    "people": "/cabinet/participants",
    "staff-meetings": "/staff-meetings",
}
"""Pages of forming and of work, as the Head sees them."""


COUNCIL = {
    "cabinet-smo": "/cabinet",
    "smo-place": "/cabinet/municipalities/13603000",
    "smo-checkpoints": "/cabinet/checkpoints",
}


def head(code: str) -> dict[str, str]:
    """Somebody to be appointed the Head of a municipality."""
    return {"role": "head", "of": code, "name": "Егоров Сергей Иванович", "email": f"head{code}@example.org"}


@asynccontextmanager
async def _opened(browser: Browser, origin: str, window: str, path: str) -> AsyncIterator[Page]:
    async with _window(browser, origin, window) as watched:
        yield await watched.open(path)


@asynccontextmanager
async def _window(browser: Browser, origin: str, window: str) -> AsyncIterator[looking.Watched]:
    async with looking.window(browser, origin, **WINDOWS[window]) as watched:
        if window == "accessible":
            await watched.context.add_cookies([{"name": "accessible", "value": "1", "url": origin}])
        yield watched


async def _take(page: Page, name: str, whole_page: bool = True) -> Path:
    # The live view says «как есть» until its stream has spoken.
    await page.wait_for_timeout(400)
    if name.endswith("-print"):
        await page.emulate_media(media="print")
    file = SCREENS / f"{name}.png"
    # Tiles outside the window are drawn when they are scrolled to.
    drawn = ".tiles > li { content-visibility: visible; }"
    await page.screenshot(path=file, full_page=whole_page, style=drawn)
    return file


if __name__ == "__main__":
    main()
