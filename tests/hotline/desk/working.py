"""People at the desk: who asks, and who works there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import Role
from contracts.hotline import Channel
from services.chassis.db.idempotency import Moment
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.open_inquiry import Opened, Question, open_inquiry
from services.hotline.inquiries.store.inquiries import Initiator
from tests.factories import DISTRICT
from tests.hotline.staffed import SCHOOL, Staffed

DESK = "/hotline"
PETR = Initiator("Пётр Ильин", "petr@example.org", "+79201234567")


def known(line: Staffed) -> Known:
    """What the web of the hotline knows of the region."""
    found: Known = line.web.app.state.region.known
    return found


async def ask(line: Staffed, text: str = "Как подать инициативу?", **changes: Any) -> Opened:
    """Somebody asks the district's hotline."""
    given: dict[str, Any] = {
        "municipality": DISTRICT,
        "organization": SCHOOL,
        "theme": "other",
        "text": text,
        "channel": Channel.WEB,
        "initiator": PETR,
    }
    return await open_inquiry(line.pool, known(line), Question(**(given | changes)), Moment(line.now))


@contextmanager
def between_campaigns(line: Staffed) -> Iterator[None]:
    """The last campaign was closed, and the next is not open yet."""
    region, before = line.web.app.state.region, known(line)
    closed = {id_: each.model_copy(update={"open": False}) for id_, each in before.picture.campaigns.items()}
    region.known = replace(before, picture=replace(before.picture, campaigns=closed))
    try:
        yield
    finally:
        region.known = before


async def operator(line: Staffed, name: str = "Ольга Орлова", municipality: str = DISTRICT) -> str:
    """The token of an operator of the hotline."""
    return await line.grant(Role.HOTLINE_OPERATOR, municipality, municipality, name)


async def page(browser: AsyncTestClient[Litestar], path: str, status: int = 200) -> str:
    """A page as somebody reads it, without its tags."""
    answer = await browser.get(path)
    assert answer.status_code == status, answer.text
    return words(answer.text)


async def send(browser: AsyncTestClient[Litestar], path: str, **fields: str) -> Any:
    """A form of a page, sent once."""
    return await browser.post(path, data={"form_key": uuid4().hex} | fields)


def words(html: str) -> str:
    """What a page says."""
    plain = re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").replace("\xa0", " ")
    return re.sub(r"\s+", " ", plain)


def case(id_: UUID) -> str:
    """Where a case is."""
    return f"{DESK}/cases/{id_}"
