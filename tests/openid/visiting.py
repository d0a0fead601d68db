"""How somebody comes in by a provider, over HTTP as their browser does it."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.hierarchy.office import URL, Browser
from tests.openid.keycloak import PASSWORD


async def leave(browser: Browser, query: str = "") -> str:
    """Where the button leads."""
    answer = await browser.get(f"/staff/openid{query}", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def at_provider(url: str, name: str) -> str:
    """Fill in the provider's own form; the address by which it sends somebody back to us."""
    async with httpx2.AsyncClient(timeout=30) as http:
        form = await http.get(url)
        action = re.search(r'<form[^>]*action="([^"]+)"', form.text)
        assert action, form.text
        # They are for TLS alone; a browser trusts its own machine without, this client does not.
        cookies = "; ".join(c.partition(";")[0] for c in form.headers.get_list("set-cookie"))
        given = {"username": name, "password": PASSWORD}
        answer = await http.post(unescape(action[1]), data=given, headers={"Cookie": cookies})
    assert answer.status_code == 302, answer.text
    back = str(answer.headers["location"])
    assert back.startswith(f"{URL}/staff/openid/back?"), back
    return back.removeprefix(URL)


async def come(browser: Browser, name: str, query: str = "") -> Any:
    """The page by which somebody comes back from the provider."""
    return await browser.get(await at_provider(await leave(browser, query), name))


def told(url: str) -> dict[str, str]:
    """What an address tells."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
