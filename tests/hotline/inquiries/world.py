"""A region with a hotline, people of the staff who work in it, and those who ask."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from contracts.appointments import (
    SCOPE_OF,
    AppointmentEvent,
    GrantGiven,
    Level,
    RegulationDefined,
    Role,
    Step,
    WorkingGroupDefined,
)
from contracts.hotline import Channel
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.streams.tail import Stream
from services.directory import staff
from services.directory.calendar import Calendar
from services.directory.grants import Staff
from services.directory.region import Picture
from services.directory.regulation import DEFAULT_WEEK
from services.hotline.core.domain.entrance import Entrance
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.answer_inquiry import Answer, answer_inquiry
from services.hotline.inquiries.commands.close_inquiry import Closing, close_inquiry
from services.hotline.inquiries.commands.escalate import escalate_due
from services.hotline.inquiries.commands.open_inquiry import Opened, Question, open_inquiry
from services.hotline.inquiries.commands.reply_to_inquiry import Replied, Reply, reply_to_inquiry
from services.hotline.inquiries.commands.return_inquiry import Return, return_inquiry
from services.hotline.inquiries.commands.stepping import Stepped
from services.hotline.inquiries.commands.take_inquiry import TakeInquiry, take_inquiry
from services.hotline.inquiries.commands.transfer_inquiry import Transfer, transfer_inquiry
from services.hotline.inquiries.domain.clocks import Clock
from services.hotline.inquiries.domain.inquiries import Inquiry
from services.hotline.inquiries.store import clocks, inquiries
from services.hotline.inquiries.store.inquiries import Entry, Initiator
from tests.factories import (
    DISTRICT,
    NAMES,
    OKRUG,
    define_campaign,
    define_municipality,
    define_organization,
)

ZONE = ZoneInfo("Europe/Moscow")
URL = "http://testserver.local"
GROUP, OTHER_GROUP, SCHOOL = uuid5(NAMES, "group"), uuid5(NAMES, "other group"), uuid5(NAMES, "2")
RUSSIA = {
    2026: Calendar(
        2026,
        frozenset([date(2026, 2, 23), date(2026, 3, 9), date(2026, 5, 1), date(2026, 5, 11)]),
        frozenset(),
        frozenset([date(2026, 4, 30), date(2026, 5, 8)]),
    )
}


def at(day: int, hour: int = 10, minute: int = 0, month: int = 4) -> datetime:
    """A moment of 2026 by the region's clocks; 14 April is a Tuesday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def define_group(id_: UUID = GROUP, **changes: object) -> WorkingGroupDefined:
    fields = {
        "version": 1,
        "id": id_,
        "campaign": "spring",
        "municipality": OKRUG,
        "covers_all": True,
        "directions": [],
        "organizations": [],
    }
    return WorkingGroupDefined.model_validate(fields | changes)


def define_regulation(number: int, **minutes: int) -> RegulationDefined:
    """A version of the region's: minutes by step, its hyphen written as `_`."""
    return RegulationDefined(
        version=1,
        municipality=None,
        number=number,
        from_day=date(2026, 1, 1),
        time_zone="Europe/Moscow",
        week=list(DEFAULT_WEEK),
        minutes={step.replace("_", "-"): length for step, length in minutes.items()},
    )


def know(**changes: object) -> Known:
    """What the hotline knows of the region, with one working group."""
    campaign = define_campaign(
        prepare_from=date(2026, 2, 1),
        first_day=date(2026, 3, 1),
        last_day=date(2026, 5, 15),
        close_until=date(2026, 5, 29),
    )
    places = (define_municipality(OKRUG, "Воленск"), define_municipality(DISTRICT, "Сосновский район"))
    organizations = (define_organization("2", OKRUG), define_organization("3", OKRUG, closed=True))
    picture = Picture(
        campaigns={campaign.id: campaign},
        municipalities={place.code: place for place in places},
        organizations={each.id: each for each in organizations},
    )
    known = Known(picture, RUSSIA, {GROUP: define_group()}, entrance=Entrance(URL, b"secret"))
    return replace(known, **changes)  # type: ignore[arg-type]


@dataclass
class World:
    """A hotline at a moment: as its web process sees it, and as its worker does, who sees everything."""

    pool: Pool
    everything: Pool
    known: Known = field(default_factory=know)
    now: datetime = field(default_factory=lambda: at(14))

    @property
    def moment(self) -> Moment:
        return Moment(self.now)

    async def appoint(
        self, role: Role, of: str = OKRUG, name: str = "Анна Ильина", where: str | None = OKRUG
    ) -> Staff:
        """Somebody who acts in this role from long ago."""
        account = uuid4()
        grant = GrantGiven(
            version=1,
            id=uuid4(),
            account=account,
            role=role,
            scope=SCOPE_OF[role],
            of=of,
            municipality=where,
            from_at=at(1, month=2),
        )
        async with self.pool.acquire() as db, db.transaction():
            await staff.keep(db, Stream(AppointmentEvent.topic, 0), [grant])
            held = await staff.grants_of(db, account, self.now)
        return Staff(account, uuid4(), held, name)

    async def operator(self, name: str = "Ольга Орлова") -> Staff:
        return await self.appoint(Role.HOTLINE_OPERATOR, name=name)

    async def member(self, group: UUID = GROUP) -> Staff:
        return await self.appoint(Role.MEMBER, str(group), "Матвей Мелехов")

    async def dismiss(self, who: Staff) -> None:
        """Nothing that they held holds any more."""
        async with self.pool.acquire() as db, db.transaction():
            await db.execute("DELETE FROM staff_grant WHERE account = $1", who.account)

    async def ask(self, **changes: object) -> Opened:
        given: dict[str, Any] = {
            "municipality": OKRUG,
            "organization": SCHOOL,
            "theme": "other",
            "text": "Как подать инициативу?",
            "channel": Channel.WEB,
            "initiator": Initiator("Пётр", "petr@example.org"),
        }
        return await open_inquiry(self.pool, self.known, Question(**(given | changes)), self.moment)

    async def take(self, by: Staff, id_: UUID, instead_of: UUID | None = None) -> Stepped:
        return await take_inquiry(self.pool, self.known, by, TakeInquiry(id_, instead_of), self.moment)

    async def transfer(self, by: Staff, id_: UUID, to: Level = Level.GROUP, **more: Any) -> Stepped:
        return await transfer_inquiry(self.pool, self.known, by, Transfer(id_, to, **more), self.moment)

    async def give_back(self, by: Staff, id_: UUID, reason: str = "Не наше") -> Stepped:
        return await return_inquiry(self.pool, self.known, by, Return(id_, reason), self.moment)

    async def answer(self, by: Staff, id_: UUID, final: bool = True, text: str = "Вот так.") -> Stepped:
        return await answer_inquiry(self.pool, self.known, by, Answer(id_, text, final), self.moment)

    async def close(self, by: Staff, id_: UUID) -> Stepped:
        return await close_inquiry(self.pool, self.known, by, Closing(id_), self.moment)

    async def reply(self, id_: UUID, text: str = "Ещё вопрос", **more: Any) -> Replied:
        given = Reply(OKRUG, id_, text, Channel.WEB, **more)
        return await reply_to_inquiry(self.pool, self.known, given, self.moment)

    async def escalate(self, now: datetime | None = None) -> int:
        """Let the worker look, at this moment or another."""
        self.now = now or self.now
        return await escalate_due(self.everything, self.known, self.now)

    async def inquiry(self, id_: UUID) -> Inquiry:
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            return await inquiries.one(db, id_)

    async def clocks(self, id_: UUID) -> dict[Step, Clock]:
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            return await clocks.of_inquiry(db, await inquiries.one(db, id_))

    async def history(self, id_: UUID) -> list[Entry]:
        async with self.pool.acquire() as db, db.transaction():
            await tenancy.see(db, "*")
            return await inquiries.entries(db, await inquiries.one(db, id_))

    async def kinds(self, id_: UUID) -> list[str]:
        return [entry.kind for entry in await self.history(id_)]

    async def events(self, id_: UUID) -> list[tuple[str, int]]:
        """What was told of an inquiry: type and version."""
        rows = await self.pool.fetch(
            "SELECT type, (data::jsonb ->> 'version')::int AS version FROM outbox"
            " WHERE subject = $1 ORDER BY id",
            str(id_),
        )
        return [(row["type"].split(".")[2], row["version"]) for row in rows]

    async def letters(self, to: str = "petr@example.org") -> list[tuple[str, str]]:
        rows = await self.pool.fetch(
            "SELECT subject, body FROM letter WHERE recipient = $1 ORDER BY written_at, id", to
        )
        return [(row["subject"], row["body"]) for row in rows]
