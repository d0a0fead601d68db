"""Every form of the staff, sent empty: each required field is told at once, by its name."""

import re
from collections import deque
from html import unescape
from typing import NamedTuple

from tests.hierarchy.groups.test_groups import account, formed, head, organization
from tests.hierarchy.office import PLACE, Browser, Office, appoint, appointment

LINK = re.compile(r'href="(/(?:cabinet|staff)[^"#]*)')
FILE = re.compile(r"\.pdf$|[?&](?:format|accessible)=")
FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'<(div|fieldset) class="field([^"]*)"[^>]*>(.*?)</\1>', re.DOTALL)
LABEL = re.compile(r"<(label for|legend)[^>]*>(.*?)</(?:label|legend)>", re.DOTALL)
NAME = re.compile(r'<(?:input|select|textarea)[^>]* name="([^"]+)"')
GIVEN = re.compile(
    r'<input type="(?:hidden|radio)" name="([^"]+)" value="([^"]*)"(?: id="[^"]*")?(?: checked)?>'
)
UNCHOSEN = re.compile(r'<input type="radio"(?![^>]* checked)[^>]*>')
MOST = 80
"""Pages that are looked at: the lists of a region go on."""

IN_OTHER_WORDS = {
    "Приложение": "список",
    "Или файл с приложением": "файл",
    "Правильный адрес электронной почты": "адрес электронной почты",
    "Файл с подписанным документом": "файл с подписанным",
    "Кем": "роль",
    "Кто был": "кто был",
    "Материал": "знать координатор",
    "Как прошёл": "как прошёл",
    "Число участников и инициатив по муниципальным образованиям": "число участников",
}
"""What a sentence calls a field, if not by a word of its label."""

LIST, ITS_FILE = "annex", "file"
"""Of these fields one is enough, and the refusal stands at the first."""


class Required(NamedTuple):
    """A field that must be filled in."""

    name: str
    label: str


async def forms(browser: Browser, *starts: str) -> dict[str, tuple[dict[str, str], list[Required]]]:
    """Every kind of form that the viewer reaches, with its hidden values and required fields."""
    known, ahead = set(starts), deque(starts)
    found: dict[str, tuple[str, dict[str, str], list[Required]]] = {}
    while ahead:
        page = (await browser.get(ahead.popleft())).text.partition("<main")[2]
        for escaped, content in FORM.findall(page):
            action = unescape(escaped)
            if fields := list(required(content)):
                found.setdefault(
                    kind(action),
                    (action, dict(GIVEN.findall(UNCHOSEN.sub("", content))), fields),
                )
        for link in LINK.findall(page.replace("&amp;", "&").replace("&#x2f;", "/")):
            if link not in known and not FILE.search(link) and len(known) < MOST:
                known.add(link)
                ahead.append(link)
    return {action: (hidden, fields) for action, hidden, fields in found.values()}


def required(content: str) -> list[Required]:
    """The fields of a form that are not called optional; a box may always stay empty."""
    fields = []
    for _, kind_of_field, field in FIELD.findall(content):
        label, name = LABEL.search(field), NAME.search(field)
        if label and name and "(необязательно)" not in label[2] and 'type="checkbox"' not in field:
            # The names of a list stand for the list.
            list_name = name[1].rpartition(":")[0] if "terms" in kind_of_field else name[1]
            fields.append(Required(list_name, " ".join(unescape(re.sub(r"<[^>]+>", "", label[2])).split())))
    return fields


async def untold(browser: Browser, action: str, hidden: dict[str, str], fields: list[Required]) -> list[str]:
    """What the form, sent empty, does not say of its required fields."""
    empty = {field.name: "" for field in fields}
    answer = await browser.post(action, data=hidden | empty, follow_redirects=False)
    if answer.status_code != 422:
        return [f"{action} is answered {answer.status_code}"]
    page, names = answer.text, {field.name for field in fields}
    return [
        f"{action}: {field} {said}"
        for field in fields
        if (said := error_at(page, LIST if field.name == ITS_FILE and LIST in names else field.name))
        is not None
        and not is_called(field.label, said)
    ]


def error_at(page: str, name: str) -> str:
    """The sentence at a field."""
    found = re.search(
        rf'id="{re.escape(name)}(?:-error)?"[^>]*>(?:<svg.*?</svg>)?(?:<span>.*?</span>)?([^<]*)',
        page,
        re.DOTALL,
    )
    return unescape(found[1]).strip() if found else ""


def is_called(label: str, sentence: str) -> bool:
    """Whether a sentence names a field: by the words of its label, in whatever case."""
    called = IN_OTHER_WORDS.get(label, label).lower()
    return all(word[: len(word) - 1][:5] in sentence.lower() for word in re.findall(r"\w{4,}", called))


def kind(action: str) -> str:
    """The address of a form without whose it is."""
    return re.sub(r"[0-9a-f-]{8,}", "…", action)


async def test_every_required_field_of_every_form_of_an_administrator(browser: Browser) -> None:
    await appoint(browser, appointment("head", PLACE, "head@example.org"))
    campaign = re.findall(
        r'href="(/cabinet/campaigns/[^"/]+)"', unescape((await browser.get("/cabinet/campaigns")).text)
    )
    found = await forms(
        browser,
        *(
            "/cabinet",
            f"/cabinet/municipalities/{PLACE}",
            "/cabinet/annex",
            "/cabinet/campaigns/new",
            campaign[0],
        ),
        "/cabinet/region/letterhead",
        *("/cabinet/structure/smos/new", "/cabinet/imports/municipalities", "/cabinet/imports/population"),
    )

    wrong = [told for action, form in found.items() for told in await untold(browser, action, *form)]

    assert not wrong, "\n".join(wrong)
    assert set(map(kind, found)) == {
        "/cabinet/acts/…/scans",
        "/cabinet/annex",
        "/cabinet/appointments/…/address",
        "/cabinet/campaigns/new",
        campaign[0],
        "/cabinet/imports/municipalities",
        "/cabinet/imports/population",
        "/cabinet/checkpoints",
        "/cabinet/municipalities/…/appointments",
        "/cabinet/municipalities/…/serving",
        "/cabinet/municipalities/…/transformation",
        "/cabinet/region/appointments",
        "/cabinet/region/letterhead",
        "/cabinet/structure/smos/new",
    }


async def test_every_required_field_of_every_form_of_a_head_and_of_a_group(
    office: Office, browser: Browser
) -> None:
    await head(office, browser)
    here = f"/cabinet/municipalities/{PLACE}"
    found = await forms(browser, "/cabinet", here, "/cabinet/annex", f"{here}/groups/new", f"{here}/scheme")
    wrong = [told for action, form in found.items() for told in await untold(browser, action, *form)]
    group = await formed(browser, leader=await account(office, "one@example.org"), kinds=["школа"])
    await office.come(browser, "one@example.org")
    school = await organization(office)
    await appoint(browser, appointment("coordinator", school, "coordinator@example.org"))
    there = f"/cabinet/groups/{group}"
    of_group = await forms(
        browser, "/cabinet", there, f"{there}/briefing", f"{there}/area", f"/cabinet/organizations/{school}"
    )
    wrong += [told for action, form in of_group.items() for told in await untold(browser, action, *form)]

    assert not wrong, "\n".join(wrong)
    assert {kind(action) for action in (*found, *of_group)} == {
        "/cabinet/acts/…/scans",
        "/cabinet/annex",
        "/cabinet/appointments/…/address",
        "/cabinet/groups/…/appointments",
        "/cabinet/groups/…/area",
        "/cabinet/groups/…/briefing/material",
        "/cabinet/groups/…/briefing/sessions",
        "/cabinet/imports/organizations",
        "/cabinet/municipalities/…/appointments",
        "/cabinet/municipalities/…/checkpoints",
        "/cabinet/municipalities/…/groups/new",
        "/cabinet/municipalities/…/letterhead",
        "/cabinet/municipalities/…/scheme",
        "/cabinet/municipalities/…/targets",
        "/cabinet/organizations/…/appointments",
        "/cabinet/regulation/…",
    }
