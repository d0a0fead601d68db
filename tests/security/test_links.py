"""The walls of the links: whatever a page of the cabinet leads somebody to is theirs to see."""

import re
from collections import deque
from collections.abc import AsyncIterator
from html import unescape

from contracts.appointments import Role
from tests.security.walls import STAFF, Walls, Who

LINK = re.compile(r'href="(/(?:cabinet|staff)[^"#]*)')
FILE = re.compile(r"\.pdf$|[?&]format=")

MOST = 120
"""Pages that one person looks at: an administrator's lists go on for the whole region."""


async def test_nobody_is_shown_a_link_that_refuses_them(walls: Walls, full: bool) -> None:
    everybody = STAFF if full else of_each_role()
    steps = [(who, *step) for who in everybody async for step in walk(walls, who)]

    wrong = [
        f"{who.name} on {page}: {link} answers {answered}"
        for who, page, link, answered in steps
        if answered >= 400
    ]
    assert wrong == []
    assert len(steps) > 10 * len(everybody)


def of_each_role() -> list[Who]:
    """One person of each role: of the district, whose cabinet shows the most, where they are of a place."""
    first = dict[Role | None, Who]()
    for who in STAFF:
        first.setdefault(who.role, who)
    return list(first.values())


async def walk(walls: Walls, who: Who) -> AsyncIterator[tuple[str, str, int]]:
    """From the cabinet's first page on, by every link once that is no file: where it stands, where it leads
    to, the answer."""
    known, ahead = {"/cabinet"}, deque([("", "/cabinet")])
    while ahead:
        page, link = ahead.popleft()
        answer = await walls.webs["hierarchy"].get(
            link, headers={"Accept": "text/html"} | walls.headers[who], follow_redirects=False
        )
        yield page, link, answer.status_code
        location = answer.headers.get("location")
        for further in [location] if location else links_of(answer.text):
            if further not in known and len(known) < MOST:
                known.add(further)
                ahead.append((link, further))


def links_of(page: str) -> list[str]:
    """The pages of the staff to which a page leads."""
    return [link for link in LINK.findall(unescape(page)) if not FILE.search(link)]
