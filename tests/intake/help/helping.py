"""Help as commands do it: the author's drafts, the staff with their grants, letters and events."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

from contracts.appointments import Role
from contracts.help import HelpEvent, HelpSubject
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.directory import staff
from services.directory.grants import Staff
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.hierarchy.appointments.domain.appointments import Appointment
from services.intake.core.domain import Author
from services.intake.help.commands.ask_for_help import Asking, ask_for_help
from services.intake.help.commands.name_executor import Naming, name_executor
from services.intake.help.commands.suggest_wording import Suggesting, suggest_wording
from services.intake.help.commands.take_request import Taking, take_request
from services.intake.help.digests import Links
from services.intake.help.domain.suggestions import Suggested
from services.intake.help.reading import Helped, own_help
from services.intake.initiatives.commands.save_draft import save_draft
from services.intake.initiatives.domain import Draft, DraftOf
from services.intake.participants.digests import Stops
from tests.factories import DISTRICT
from tests.intake.determination.office import APPOINTMENTS, SCHOOL, Office

DRAFT = Draft("roads", None, "personal", "Переход", "Дети переходят дорогу.")
BETTER = Suggested("Переход у школы", "Дети каждый день переходят дорогу.", "Добавил, как часто.")
LINK = re.compile(r"/help/by-link/([\w-]+)")


def now() -> Moment:
    """At this moment, and no repeat."""
    return Moment(datetime.now(UTC))


@dataclass
class Helping:
    """An author, and the office of those who help."""

    office: Office
    pool: Pool
    who: Author

    @property
    def known(self) -> Subordination:
        """The region as the application knows it."""
        found: Subordination = self.office.web.app.state.region.known
        return found

    @property
    def picture(self) -> Picture:
        """The structure alone."""
        return self.known.picture

    @property
    def stops(self) -> Stops:
        """Links that stop letters."""
        found: Stops = self.office.web.app.state.stops
        return found

    @property
    def links(self) -> Links:
        """Links of executors."""
        found: Links = self.office.web.app.state.links
        return found

    async def staff(
        self, role: Role, of: str = str(SCHOOL), place: str = DISTRICT, name: str = "Петрова Анна"
    ) -> Staff:
        """Somebody with a role."""
        account, began = uuid4(), datetime.now(UTC) - timedelta(days=1)
        appointment = Appointment(place, uuid4(), role, of, account, name, uuid4(), began)
        async with self.office.pool.acquire() as db, db.transaction():
            await staff.keep(db, APPOINTMENTS, [appointment.event()])
            held = await staff.grants_of(db, account, datetime.now(UTC))
        return Staff(account, uuid4(), held, name)

    async def dismiss(self, one: Staff) -> None:
        """Their appointment has ended."""
        await self.office.pool.execute(
            "UPDATE staff_grant SET until_at = from_at WHERE account = $1", one.account
        )

    async def draft(self, draft: Draft = DRAFT) -> UUID:
        """A draft of the author's."""
        which = DraftOf(uuid4())
        await save_draft(self.pool, self.picture, self.who, which, draft, now())
        return which.id

    async def rewrite(self, id_: UUID, text: str) -> None:
        """The author goes on with a draft, in its first version."""
        draft = Draft("roads", None, "personal", "Переход", text)
        await save_draft(self.pool, self.picture, self.who, DraftOf(id_, 1), draft, now())

    async def asked(self, draft: UUID | None = None, text: str = "Как начать?") -> UUID:
        """The author has asked for help with a draft."""
        given = Asking(HelpSubject.DRAFT, draft or await self.draft(), text)
        return (await ask_for_help(self.pool, self.known, self.who, given, now())).id

    async def take(self, by: Staff, request: UUID) -> None:
        """Somebody helps."""
        await take_request(self.pool, self.known, by, Taking(request), now())

    async def suggest(self, by: Staff, request: UUID, suggested: Suggested = BETTER) -> UUID:
        """Who has taken it suggests a wording; its id."""
        given = Suggesting(request, suggested)
        await suggest_wording(self.pool, self.known, self.stops, by, given, now())
        waiting = (await self.seen(request)).waiting
        assert waiting
        return waiting.id

    async def named(self, by: Staff, request: UUID, email: str = "helper@example.org") -> str:
        """Who has taken it names an executor; the link of the letter."""
        given = Naming(request, "Сидорова Вера", email)
        await name_executor(self.pool, self.known, self.links, by, given, now())
        found = LINK.search((await self.letters())[-1][1])
        assert found
        return found[1]

    async def seen(self, request: UUID) -> Helped:
        """The request as its author sees it."""
        return await own_help(self.pool, self.who, request, datetime.now(UTC))

    async def letters(self) -> list[tuple[str, str]]:
        """Letters of help that wait to be sent: to whom, and what they say."""
        rows = await self.office.pool.fetch(
            "SELECT recipient, body FROM letter WHERE kind = 'help' ORDER BY id"
        )
        return [(row["recipient"], row["body"]) for row in rows]

    async def told(self) -> list[tuple[str, Any]]:
        """What was published of help: (the word of the step, data)."""
        rows = await self.office.pool.fetch(
            "SELECT type, data FROM outbox WHERE topic = $1 ORDER BY id", HelpEvent.topic
        )
        return [(row["type"].split(".")[2], orjson.loads(row["data"])) for row in rows]
