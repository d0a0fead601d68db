"""Verbs by which consultations come about in a test."""

from typing import Any
from uuid import UUID, uuid4

from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import Role
from contracts.hotline import Channel
from services.chassis.db.idempotency import Moment
from services.hotline.core.region import draw
from services.hotline.inquiries.commands.open_inquiry import Question, open_inquiry
from services.hotline.inquiries.store.inquiries import Initiator
from tests.factories import DISTRICT
from tests.hotline.staffed import SCHOOL, Staffed

Browser = AsyncTestClient[Litestar]
CONSULTED = {"municipality": DISTRICT, "mode": "in-person", "theme": "wording", "direction": "roads"}
FORM = {**CONSULTED, "form_key": ""}


async def coordinator(line: Staffed, account: UUID | None = None) -> str:
    """The coordinator of the district's school: their token."""
    return await line.grant_more(
        account or uuid4(), Role.COORDINATOR, str(SCHOOL), DISTRICT, "Координаторова"
    )


async def head(line: Staffed, of: str = DISTRICT) -> str:
    """The Head of a municipality: their token."""
    return await line.grant(Role.HEAD, of, of, "Главина")


async def record(browser: Browser, **changes: Any) -> Any:
    """Record a consultation over the API; what it answered."""
    answer = await browser.post("/api/v1/consultations", json=CONSULTED | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def counted(browser: Browser, municipality: str = DISTRICT, **asked: str) -> Any:
    """The counts and the list over the API."""
    answer = await browser.get("/api/v1/consultations", params={"municipality": municipality, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(line: Staffed, channel: Channel = Channel.PHONE) -> UUID:
    """An inquiry about the school."""
    async with line.pool.acquire() as db:
        known = await draw(db)
    text = "Как зарегистрироваться?"
    question = Question(DISTRICT, SCHOOL, "registration", text, channel, Initiator())
    opened = await open_inquiry(line.pool, known, question, Moment(line.now))
    return opened.id
