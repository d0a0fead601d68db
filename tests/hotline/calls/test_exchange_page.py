"""The page on which a line's exchange gets its secret."""

import re

from contracts.appointments import Role
from tests.factories import DISTRICT, OKRUG
from tests.hotline.calls.exchange import connect, head
from tests.hotline.desk.working import operator, page, send
from tests.hotline.staffed import Staffed

HERE = f"/hotline/lines/{DISTRICT}/exchange"


async def test_a_new_secret_is_shown_once_and_the_old_one_ends(line: Staffed) -> None:
    token, _ = await head(line)
    async with line.browser(token) as browser:
        exchange = await connect(line, browser)
        assert await exchange.tell("newCall") == 204
        made = await browser.post(HERE, data={"form_key": "one"})
        (secret,) = re.findall(r'<code class="key">([\w-]{43})</code>', made.text)
        assert secret not in (await browser.get(HERE)).text
        assert secret not in (await browser.post(HERE, data={"form_key": "one"})).text
        assert await exchange.tell("answer") == 404
        exchange.secret = secret
        assert await exchange.tell("answer") == 204

    stored = await line.pool.fetch("SELECT digest, body FROM exchange_secret, idempotency_key")
    assert secret not in str(stored)
    audited = await line.pool.fetch("SELECT action FROM audit")
    assert [row["action"] for row in audited][-1] == "exchange-keyed"


async def test_the_page_says_how_to_connect(line: Staffed) -> None:
    token, _ = await head(line)
    async with line.browser(token) as browser:
        exchange = await connect(line, browser)
        shown = await page(browser, HERE)
        assert f"/api/v1/cti/{exchange.line}" in shown.replace("&#x2f;", "/")
        assert "X-Line-Secret" in shown
        assert "Телефонная станция" in await page(browser, f"/hotline/lines/{DISTRICT}")


async def test_only_who_describes_the_line_makes_its_secret(line: Staffed) -> None:
    token, _ = await head(line)
    async with line.browser(token) as browser:
        assert (await browser.get(HERE)).status_code == 404, "there is no line yet"
        await connect(line, browser)
    async with line.browser(await operator(line)) as browser:
        assert (await browser.get(HERE)).status_code == 403
        assert (await send(browser, HERE)).status_code == 403
    stranger = await line.grant(Role.HEAD, OKRUG, OKRUG)
    async with line.browser(stranger) as browser:
        assert (await browser.get(HERE)).status_code == 404
        assert (await send(browser, HERE)).status_code == 404
