"""A region's intake with those who decide on initiatives, as they use it over HTTP."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson
from litestar import Litestar
from litestar.testing import AsyncTestClient

from contracts.appointments import AppointmentEvent, Role, WorkingGroupDefined
from contracts.initiatives import InitiativeEvent, InitiativeStatus, InitiativeSubmitted
from contracts.structure import StructureEvent
from services.chassis.db.pool import Pool
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.chassis.web import tokens
from services.chassis.web.tokens import Signer
from services.directory import staff
from services.hierarchy.appointments.domain.appointments import Appointment
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import initiatives
from services.intake.initiatives.store.initiatives import New
from tests.factories import DISTRICT, NAMES, define_campaign
from tests.hotline.staffed import plain_year, serves
from tests.webs import Web

APPOINTMENTS = Stream(AppointmentEvent.topic, 0)
ROADS, CULTURE = UUID(int=31), UUID(int=32)
"""Working groups of the district, each of one direction."""

SCHOOL = uuid5(NAMES, "1")

LEFT_LONG_AGO = """WITH event AS (SELECT id FROM outbox WHERE subject = $1),
     unnumbered AS (DELETE FROM outbox_pending USING event WHERE outbox_id = event.id)
DELETE FROM outbox USING event WHERE outbox.id = event.id"""


def group(id_: UUID, direction: str, municipality: str = DISTRICT) -> WorkingGroupDefined:
    """A working group that determines the initiatives of a direction."""
    return WorkingGroupDefined(
        version=1,
        id=id_,
        campaign="spring",
        municipality=municipality,
        covers_all=False,
        directions=[direction],
        organizations=[SCHOOL] if id_ == ROADS else [],
    )


@dataclass
class Office:
    """Intake's web, the people who hold grants, and initiatives that wait for them."""

    pool: Pool
    web: Web
    signer: Signer
    number: int = 0

    async def grant(self, role: Role, of: str, municipality: str = DISTRICT, name: str = "Петрова") -> str:
        """Somebody with a role: their token."""
        account = uuid4()
        began = datetime.now(UTC) - timedelta(days=15)
        appointment = Appointment(municipality, uuid4(), role, of, account, name, uuid4(), began)
        async with self.pool.acquire() as db, db.transaction():
            await staff.keep(db, APPOINTMENTS, [appointment.event()])
        token, _ = self.signer.issue(str(account), str(uuid4()), name=name)
        return token

    @asynccontextmanager
    async def at_desk(self, token: str, pages: bool = False) -> AsyncIterator[AsyncTestClient[Litestar]]:
        """A client of somebody who is signed in; of the pages, if asked for."""
        async with self.web.browser() as client:
            client.headers["Accept"] = "text/html" if pages else "application/json"
            client.headers["Authorization"] = f"Bearer {token}"
            client.follow_redirects = False
            yield client

    def refresh(self) -> None:
        """Let the application know what it was told, at once."""
        region = self.web.app.state.region
        # Nothing was read from Kafka, by which it would know that something changed.
        region._drawn_of = None
        self.web.portal.call(region.refresh)

    async def redefine(self, **changes: object) -> None:
        """Change the campaign."""
        await self.learn(define_campaign(**{"version": 2} | changes))

    async def learn(self, *told: StructureEvent) -> None:
        """Let intake know what hierarchy says of the region."""
        async with self.pool.acquire() as db, db.transaction():
            await mirror.keep(db, Stream(StructureEvent.topic, 0), list(told))
        self.refresh()

    async def submit(self, municipality: str = DISTRICT, **changes: object) -> Initiative:
        """An initiative that waits to be decided on."""
        self.number += 1
        fields: dict[str, Any] = {
            "id": uuid4(),
            "number": self.number,
            "campaign": "spring",
            "municipality": municipality,
            "participant_id": uuid4(),
            "organization": None,
            "direction": "roads",
            "classifiers": {"form": "personal"},
            "title": f"Переход {self.number}",
            "text": "Дети переходят дорогу в темноте.",
            "submitted_at": datetime.now(UTC) - timedelta(hours=1),
            "status": InitiativeStatus.ACCEPTED,
        }
        initiative = Initiative(**fields | changes)
        event = initiative.event(InitiativeSubmitted, define_campaign())
        async with self.pool.acquire() as db, db.transaction():
            await initiatives.submit(db, [New(initiative, event)])
            await db.execute(LEFT_LONG_AGO, event.subject)
        return initiative

    async def told(self) -> list[Any]:
        """What intake published of initiatives, in order: (type, data)."""
        rows = await self.pool.fetch(
            "SELECT type, data FROM outbox WHERE topic = $1 ORDER BY id", InitiativeEvent.topic
        )
        return [(row["type"], orjson.loads(row["data"])) for row in rows]


def decision(decided: str, ids: Sequence[Initiative], **more: object) -> dict[str, object]:
    """The body of a decision."""
    return {"ids": [str(each.id) for each in ids], "decision": decided, **more}


async def tell(pool: Pool, signer: Signer) -> None:
    """Let intake know the district's groups, whom it serves, and hierarchy's key."""
    year = datetime.now(UTC).year
    async with pool.acquire() as db, db.transaction():
        years = [plain_year(each) for each in (year - 1, year, year + 1)]
        await mirror.keep(db, Stream(StructureEvent.topic, 0), years)
        await mirror.keep(db, APPOINTMENTS, [group(ROADS, "roads"), group(CULTURE, "culture"), serves()])
        await staff.keep(db, APPOINTMENTS, [serves()])
        await tokens.learn(db, Stream("dialogue.keys.v1", 0), [signer.published()])
