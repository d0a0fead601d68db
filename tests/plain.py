"""Pages as a browser without a script has them: text, links, and forms that are filled in and sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any, NamedTuple

from litestar.testing import AsyncTestClient


class Button(NamedTuple):
    """What a button is called, where it sends its form if not where the form says, and as what."""

    called: str
    action: str
    name: str
    value: str


@dataclass
class Form:
    """What a browser sends of a form untouched, what its boxes and lists offer, its files and buttons."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    offered: dict[str, set[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def offer(self, name: str, value: str, chosen: bool) -> None:
        """An option of a list, a box, a radio button."""
        self.offered.setdefault(name, set()).add(value)
        if chosen:
            self.values[name] = value

    def takes(self, name: str, value: str) -> bool:
        """Whether somebody can type or choose that."""
        return value in self.offered.get(name, {value} if name in self.values else ())


class Page(HTMLParser):
    """A page: its text, its links by what they are called, its forms."""

    def __init__(self, html: str, path: str) -> None:
        super().__init__()
        self.html, self.path, self.text = html, path, words(html)
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._open: dict[str, str] = {}
        self._said = self._list = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Where something begins."""
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(of.get("action") or self.path))
        elif tag in ("a", "button", "textarea"):
            self._open, self._said = of, ""
        elif self.forms and tag == "select":
            self._list = of["name"]
            self.forms[-1].values.setdefault(self._list, "")
        elif self.forms and tag == "option":
            self.forms[-1].offer(self._list, of.get("value", ""), "selected" in of)
        elif self.forms and tag == "input" and "name" in of:
            self._input(self.forms[-1], of)

    def _input(self, form: Form, of: dict[str, str]) -> None:
        match of.get("type", "text"):
            case "file":
                form.files.append(of["name"])
            case "checkbox" | "radio":
                form.offer(of["name"], of.get("value", "on"), "checked" in of)
            case _:
                form.values[of["name"]] = of.get("value", "")

    def handle_data(self, data: str) -> None:
        """Text."""
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        """Where it ends."""
        of, called = self._open, " ".join(self._said.split())
        if tag == "a" and "href" in of:
            self.links.append((called, of["href"]))
        elif tag == "button" and self.forms:
            there = (of.get("formaction", ""), of.get("name", ""), of.get("value", ""))
            self.forms[-1].buttons.append(Button(called, *there))
        elif tag == "textarea" and self.forms:
            self.forms[-1].values[of["name"]] = self._said.removeprefix("\n")

    def link(self, begins: str) -> str:
        """Where a link leads, by the beginning of what it is called."""
        hrefs = [href for called, href in self.links if called.startswith(begins)]
        assert hrefs, f"no link «{begins}» at {self.path}: {self.text}"
        return hrefs[0]

    def button(self, begins: str) -> tuple[Form, Button]:
        """A button with its form: by what it is called, or else by how that begins."""
        every = [(form, button) for form in self.forms for button in form.buttons]
        found = [each for each in every if each[1].called == begins]
        found += [each for each in every if each[1].called.startswith(begins)]
        assert found, f"no button «{begins}» at {self.path}: {self.text}"
        return found[0]


def words(html: str) -> str:
    """What is read of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@dataclass
class Browsing:
    """Somebody who reads pages and sends their forms."""

    name: str
    email: str
    browser: AsyncTestClient[Any]

    async def open(self, path: str) -> Page:
        """A page by its address."""
        answer = await self.browser.get(path, follow_redirects=True)
        assert answer.status_code == 200, (self.name, path, answer.status_code, words(answer.text))
        return Page(answer.text, answer.url.path)

    async def follow(self, page: Page, *called: str) -> Page:
        """One link after the other, each by the beginning of what it is called."""
        for begins in called:
            page = await self.open(page.link(begins))
        return page

    async def press(
        self, page: Page, button: str, typed: Mapping[str, str] | None = None, **more: str
    ) -> Page:
        """Fill a form in and press a button of it; the page that comes then."""
        form, pressed = page.button(button)
        filled = {**(typed or {}), **more}
        strange = {name: value for name, value in filled.items() if not form.takes(name, value)}
        assert not strange, f"{page.path} does not take {strange}"
        named = {pressed.name: pressed.value} if pressed.name else {}
        answer = await self.browser.post(
            pressed.action or form.action,
            data=form.values | filled | named,
            files=dict.fromkeys(form.files, ("", b"")) or None,
            follow_redirects=False,
        )
        if answer.status_code == 303:
            return await self.open(answer.headers["location"])
        assert answer.status_code in (200, 201), f"{self.name}, {page.path}: {words(answer.text)}"
        return Page(answer.text, page.path)
