"""A fake telephone exchange, and a line that it is connected to."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import Role
from services.chassis.db.idempotency import Moment
from services.directory.grants import Staff
from services.directory.regulation import DEFAULT_WEEK
from services.directory.staff import grants_of
from services.hotline.calls.commands.make_secret import make_secret
from services.hotline.lines.commands.define_line import define_line
from services.hotline.lines.domain.lines import Described
from tests.factories import DISTRICT
from tests.hotline.desk.working import known
from tests.hotline.staffed import Staffed

CALLER = "+79201234567"


async def head(line: Staffed, name: str = "Глава Района") -> tuple[str, Staff]:
    """The head of the district: a token, and who they are."""
    account = uuid4()
    token = await line.grant_more(account, Role.HEAD, DISTRICT, DISTRICT, name)
    async with line.pool.acquire() as db:
        return token, Staff(account, uuid4(), await grants_of(db, account, line.now), name)


@dataclass
class Exchange:
    """What an exchange sends of calls to one line."""

    browser: AsyncTestClient[Litestar]
    line: str
    secret: str
    sent: list[int] = field(default_factory=list)

    async def tell(self, event: str, call_id: object = "1", **fields: Any) -> int:
        """One report; the status of what was answered."""
        body = {"event": event, "call_id": call_id, "from": CALLER, "to": "102"} | fields
        if "from_" in body:
            body["from"] = body.pop("from_")
        headers = {"X-Line-Secret": self.secret}
        answer = await self.browser.post(f"/api/v1/cti/{self.line}", json=body, headers=headers)
        return int(answer.status_code)

    async def unreliably(self, reports: Sequence[tuple[str, str, str]], seed: int) -> None:
        """(event, call, number) each: every report is sent at least once, some twice, at once and in any
        order."""
        chance = Random(seed)
        deliveries = [*reports, *(each for each in reports if chance.random() < 0.5)]
        chance.shuffle(deliveries)
        told = (self.tell(event, call, from_=number) for event, call, number in deliveries)
        self.sent += await asyncio.gather(*told)


async def connect(line: Staffed, browser: AsyncTestClient[Litestar]) -> Exchange:
    """The district has a line, and its exchange the secret of it."""
    _, who = await head(line)
    given = Described(DISTRICT, "Горячая линия района", ["8 (4932) 32-61-12"], "", "", DEFAULT_WEEK)
    defined = await define_line(line.pool, known(line), who, given, Moment(line.now))
    made = await make_secret(line.pool, who, DISTRICT, Moment(line.now))
    return Exchange(browser, str(defined.id), made.secret)


async def calls(line: Staffed) -> list[Any]:
    """Every call as it is stored."""
    return list(await line.pool.fetch("SELECT * FROM call ORDER BY began_at, id"))


async def cases(line: Staffed) -> list[Any]:
    """Every case as it is stored."""
    what = "SELECT id, number, phone, channel, subject, status FROM inquiry ORDER BY number"
    return list(await line.pool.fetch(what))
