"""Metrics' web, and people of the staff who look at it."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import AppointmentEvent, Role
from contracts.event import Event
from contracts.structure import SmoDefined
from deploy.local.home import new_signing_key
from services.chassis import staff, tokens
from services.chassis.db import Pool
from services.chassis.process import Lifetime
from services.chassis.tail import Stream
from services.chassis.tokens import Signer
from services.hierarchy.domain.appointments import Appointment
from services.metrics.main import create_web
from tests.databases import Database
from tests.factories import define_campaign, mirror_region, region

APPOINTMENTS = Stream(AppointmentEvent.topic, 0)
OTHER_SMO = SmoDefined(version=1, id="other", name="Другой совет")


class Region:
    """Metrics' web, and people who hold grants."""

    def __init__(self, pool: Pool, browser: AsyncTestClient[Litestar]) -> None:
        self.pool, self.browser = pool, browser
        self.signer = Signer("hierarchy", new_signing_key())

    async def grant(self, role: Role, of: str) -> tuple[dict[str, str], UUID]:
        """Somebody with a role: what they send along, and their session."""
        account, session = uuid4(), uuid4()
        appointment = Appointment("region", uuid4(), role, of, account, "", uuid4(), datetime.now(UTC))
        await self.tell(appointment.told())
        token, _ = self.signer.issue(str(account), str(session))
        return {"Authorization": f"Bearer {token}"}, session

    async def tell(self, event: AppointmentEvent) -> None:
        async with self.pool.acquire() as db, db.transaction():
            await staff.keep(db, APPOINTMENTS, [event])

    async def status(self, path: str, who: dict[str, str] | None = None) -> int:
        answer = await self.browser.get(path, headers=who or {}, follow_redirects=False)
        return answer.status_code


async def opened(
    metrics: Pool, database: Database, figures: str, more: Sequence[Event] = ()
) -> AsyncIterator[Region]:
    events = [define_campaign(figures=figures), OTHER_SMO, *region()[1:], *more]
    await mirror_region(metrics, events)
    async with AsyncTestClient(create_web(database.settings("web"), Lifetime())) as browser:
        made = Region(metrics, browser)
        async with metrics.acquire() as db, db.transaction():
            await tokens.learn(db, Stream("dialogue.keys.v1", 0), [made.signer.published()])
        yield made
