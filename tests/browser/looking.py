"""Chromium in front of an installation: one origin, and an eye on what no page may do."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    async_playwright,
    expect,
)

from deploy.local.nginx import Nginx
from tests.client import Client
from tests.databases import free_port
from tests.installation import Installation, Process

CHROMIUM = "/usr/bin/chromium"
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
PATIENCE = 120_000
"""Milliseconds to wait for what a browser shows at once on a machine that has nothing else to do."""
expect.set_options(timeout=PATIENCE)
FRAMES = 40
"""How often a page is looked at that is wider than its window: the live view lays itself out by script."""
OF_COLOUR = ("color-contrast", "link-in-text-block")
"""Rules of axe-core that another colour scheme can break."""
NARROW: ViewportSize = {"width": 320, "height": 640}


@contextmanager
def gateway(installation: Installation) -> Iterator[str]:
    """The installation behind one address, as its users reach it."""
    webs = {process.service: port for process, port in installation.ports.items() if process.kind == "web"}
    nginx = Nginx(installation.folder / "nginx", free_port(), webs)
    nginx.prepare()
    installation.spawn_server("nginx", nginx.command())
    try:
        nginx.wait_ready()
        yield nginx.url
    finally:
        installation.end_server("nginx")


@dataclass
class Watched:
    """A browser window, and everything it must not have done."""

    origin: str
    context: BrowserContext
    misdeeds: list[str] = field(default_factory=list)
    forgiven: tuple[str, ...] = ()
    """Parts of messages that a test provokes on purpose."""

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.misdeeds.append(f"error: {error}"))
        page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.misdeeds.append(f"{message.type}: {message.text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "about:")):
            self.misdeeds.append(f"another host: {request.url}")

    async def enter(self, token: str, cookie: str = "participant") -> None:
        """Be the participant of a token, or by the other cookie somebody of the staff."""
        await self.context.add_cookies([{"name": cookie, "value": token, "url": self.origin}])

    async def open(self, path: str) -> Page:
        """A page of the installation in a tab of its own."""
        page = await self.context.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(self.origin + path)
        return page

    def assert_clean(self) -> None:
        """Fail with everything that was seen and not forgiven."""
        seen = [m for m in self.misdeeds if not any(part in m for part in self.forgiven)]
        assert not seen, "\n".join(seen)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def window(browser: Browser, origin: str, **how: Any) -> AsyncIterator[Watched]:
    """A window that knows nothing yet, in Russian."""
    given = {"viewport": {"width": 1440, "height": 900}, "locale": "ru-RU", "timezone_id": "Europe/Moscow"}
    context = await browser.new_context(**(given | how))
    watched = Watched(origin, context)
    context.on("page", watched.watch)
    yield watched
    await context.close()


async def sign_in(watched: Watched, client: Client, municipality: str = "13603000") -> None:
    """Be a participant in this window."""
    await watched.enter((await client.register(municipality)).token)


async def findings(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds, of any gravity; by these rules of its alone, if any are given."""
    # The content security policy forbids injected elements; evaluation by the debugger is not the page's.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    how: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        how["runOnly"] = list(rules)
    result = await page.evaluate("(how) => axe.run(document, how)", how)
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


async def assert_usable(watched: Watched, page: Page) -> None:
    """By everybody, in one window: wide, dark and narrow."""
    await _assert_nothing_found(watched, page)
    await page.emulate_media(color_scheme="dark")
    assert await findings(page, OF_COLOUR) == []
    await page.emulate_media(color_scheme="light")
    wide = page.viewport_size
    await page.set_viewport_size(NARROW)
    await _assert_nothing_found(watched, page)
    if wide:
        await page.set_viewport_size(wide)


async def _assert_nothing_found(watched: Watched, page: Page) -> None:
    assert await findings(page) == []
    for _ in range(FRAMES):
        if await overflow(page) == 0:
            break
        await page.wait_for_timeout(50)
    assert await overflow(page) == 0
    watched.assert_clean()


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    width: int = await page.evaluate(
        "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    )
    return width


def web(service: str) -> Process:
    """A service's web process."""
    return Process(service, "web")
