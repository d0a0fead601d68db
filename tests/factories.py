"""Verbs that tests are arranged with: a region, people and their initiatives."""

import os
from base64 import urlsafe_b64decode
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import orjson
from pydantic import TypeAdapter

from contracts.appointments import TargetScope, TargetSet
from contracts.event import Event
from contracts.initiatives import InitiativeEvent, InitiativeStatus, InitiativeSubmitted
from contracts.participants import ParticipantEvent, ParticipantRegistered, ParticipantStatus
from contracts.structure import (
    CampaignDefined,
    MunicipalityDefined,
    MunicipalityKind,
    OrganizationDefined,
    SmoDefined,
    StructureEvent,
)
from services.chassis.db.pool import Pool
from services.chassis.streams import mirror
from services.chassis.streams.tail import Stream
from services.metrics.domain import REGISTRATIONS, SUBMISSIONS, Fact

DISTRICT, SETTLEMENT, OKRUG = "13603000", "13603151", "13702000"
NAMES = UUID("6b1d0c2e-3a8e-4a59-9f4e-0d6f8f6f1d11")


MOSCOW = ZoneInfo("Europe/Moscow")
"""The zone of whatever has days that a test names."""


def far_from_midnight(now: datetime) -> ZoneInfo:
    """A zone whose day goes on for three hours at least: no test's day ends while the suite runs."""
    return MOSCOW if 3 <= now.hour < 18 else ZoneInfo("Asia/Kamchatka")


# Processes of a suite that is spread take the first one's.
HERE = ZoneInfo(os.environ.setdefault("TEST_ZONE", far_from_midnight(datetime.now(UTC)).key))
"""The zone of the tests' campaign, which is of today's days."""


def today() -> date:
    """The day of the tests' campaign."""
    return datetime.now(HERE).date()


def subject_of(token: str) -> str:
    """Whose token it is: of a participant's their id."""
    return str(orjson.loads(urlsafe_b64decode(token.split(".")[1] + "=="))["sub"])


def define_campaign(**changes: object) -> CampaignDefined:
    day = today()
    fields = {
        "id": "spring",
        "version": 1,
        "name": "Весенний марафон",
        "prepare_from": day - timedelta(days=40),
        "first_day": day - timedelta(days=20),
        "last_day": day + timedelta(days=20),
        "close_until": day + timedelta(days=40),
        "time_zone": (MOSCOW if "first_day" in changes else HERE).key,
        "demonstration": True,
        "open": True,
        "directions": [{"code": "roads", "name": "Дороги"}, {"code": "culture", "name": "Культура"}],
        "classifiers": [
            {
                "code": "position",
                "name": "Характер инициатора",
                "of": "participant",
                "values": [{"code": "budget", "name": "Работник"}, {"code": "deputy", "name": "Депутат"}],
            },
            {
                "code": "form",
                "name": "Форма",
                "of": "initiative",
                "values": [
                    {"code": "personal", "name": "Личная"},
                    {"code": "collective", "name": "Коллективная"},
                ],
            },
        ],
        "definitions": {"registered": "Адрес подтверждён.", "submitted": "Сохранена."},
        "consent": {"version": "1", "text": "Согласен."},
        "limits": {"title": 200, "text": 4000},
    }
    return CampaignDefined.model_validate(fields | changes)


def define_municipality(
    code: str, name: str, parent: str | None = None, version: int = 1, smo: str = "smo"
) -> MunicipalityDefined:
    kind = MunicipalityKind.URBAN_SETTLEMENT if parent else MunicipalityKind.MUNICIPAL_DISTRICT
    return MunicipalityDefined(
        version=version, code=code, name=name, kind=kind, parent=parent, smo=smo, oktmo_now=code
    )


def set_target(code: str, registered: int, submitted: int, **changes: object) -> TargetSet:
    fields = {
        "version": 1,
        "campaign": "spring",
        "municipality": code,
        "number": 1,
        "registered": registered,
        "submitted": submitted,
        "scope": TargetScope.OWN,
        "set_at": datetime(2026, 2, 1, tzinfo=UTC),
        "confirmed": True,
    }
    return TargetSet.model_validate(fields | changes)


def define_organization(external_id: str, founder: str, **changes: object) -> OrganizationDefined:
    fields = {
        "version": 1,
        "id": uuid5(NAMES, external_id),
        "external_id": external_id,
        "founder": founder,
        "place": founder,
        "name": f"Школа № {external_id}",
        "kind": "школа",
        "headcount": 40,
    }
    return OrganizationDefined.model_validate(fields | changes)


def region() -> list[Event]:
    """A campaign, one SMO, a district with a settlement, an okrug, and three schools, one closed."""
    return [
        define_campaign(),
        SmoDefined(version=1, id="smo", name="Совет"),
        define_municipality(DISTRICT, "Сосновский муниципальный район"),
        define_municipality(SETTLEMENT, "Сосновское городское поселение", DISTRICT),
        define_municipality(OKRUG, "Городской округ город Воленск"),
        define_organization("1", DISTRICT, place=SETTLEMENT),
        define_organization("2", OKRUG),
        define_organization("3", OKRUG, closed=True),
    ]


async def mirror_region(pool: Pool, events: list[Event] | None = None) -> None:
    """Let a service know a region, as if it had read it from hierarchy's topic."""
    async with pool.acquire() as db, db.transaction():
        await mirror.keep(db, Stream(StructureEvent.topic, 0), events or region())


def register_participant(municipality: str = DISTRICT, **changes: object) -> ParticipantRegistered:
    fields = {
        "id": uuid4(),
        "version": 1,
        "campaign": "spring",
        "municipality": municipality,
        "organization": None,
        "classifiers": {"position": "budget"},
        "status": ParticipantStatus.REGISTERED,
        "registered_at": datetime(2026, 2, 14, 9, 30, tzinfo=UTC),
    }
    return ParticipantRegistered.model_validate(fields | changes)


@cache
def _read_as(type_: str) -> TypeAdapter[Fact]:
    return TypeAdapter((SUBMISSIONS | REGISTRATIONS)[type_])


def fact_of(event: InitiativeEvent | ParticipantEvent) -> Fact:
    """What the roll-up reads of an event."""
    return _read_as(event.type).validate_json(event.model_dump_json())


def submit_initiative(municipality: str = DISTRICT, **changes: object) -> InitiativeSubmitted:
    fields = {
        "id": uuid4(),
        "version": 1,
        "number": 1,
        "campaign": "spring",
        "municipality": municipality,
        "organization": None,
        "direction": "roads",
        "classifiers": {"position": "budget", "form": "personal"},
        "participant": None,
        "status": InitiativeStatus.SUBMITTED,
        "submitted_at": datetime(2026, 2, 14, 15, 5, tzinfo=UTC),
    }
    return InitiativeSubmitted.model_validate(fields | changes)
