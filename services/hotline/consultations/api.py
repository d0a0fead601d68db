"""HTTP: consultations: recorded at every level, counted within one's line of subordination."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from pydantic import BaseModel

from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.paging import DEFAULT_LIMIT, cut
from services.directory.grants import Staff
from services.hotline.consultations.commands.record_consultation import (
    NewConsultation,
    Recorded,
    Told,
    record_consultation,
)
from services.hotline.consultations.domain.consultations import Consultation
from services.hotline.consultations.reach import own_organizations, sight_of
from services.hotline.consultations.reading import period_of
from services.hotline.consultations.store import consultations
from services.hotline.consultations.store.consultations import Counts
from services.hotline.core.authority import Deed, authority
from services.hotline.core.region import Known

PATH = "/api/v1/consultations"


class Consulted(BaseModel):
    """A consultation: `mode` is `in-person` or `remote`. Without an organization it is the recorder's own,
    null is none; without a level, that of the recorder's last one."""

    municipality: str
    organization: UUID | None = None
    mode: str
    theme: str
    direction: str | None = None
    note: str = ""
    whom: str = ""
    level: str = ""
    led_to_initiative: bool = False
    inquiry: UUID | None = None


class Item(BaseModel):
    """A consultation that was recorded; a withdrawn one has no words and does not count."""

    id: UUID
    recorded_at: datetime
    organization: UUID | None
    mode: str
    level: str
    theme: str
    direction: str | None
    whom: str
    note: str
    led_to_initiative: bool
    inquiry: UUID | None
    by: str
    withdrawn: bool

    @classmethod
    def of(cls, consultation: Consultation) -> "Item":
        """As the API says it."""
        c, content = consultation, consultation.content
        return cls(
            id=c.id,
            recorded_at=c.recorded_at,
            organization=content.organization,
            mode=content.mode,
            level=content.level,
            theme=content.theme,
            direction=content.direction,
            whom=c.words.whom,
            note=c.words.note,
            led_to_initiative=content.led_to_initiative,
            inquiry=c.inquiry,
            by=c.by_name,
            withdrawn=c.withdrawn_at is not None,
        )


class OfLevel(BaseModel):
    """How many of a level and a mode."""

    level: str
    mode: str
    count: int


class OfOrganization(BaseModel):
    """How many of an organization; null: of none."""

    organization: UUID | None
    count: int


class Counted(BaseModel):
    """How many there are that the viewer sees, in all, by level and mode, and by organization."""

    total: int
    led_to_initiative: int
    levels: list[OfLevel]
    organizations: list[OfOrganization]


class Page(BaseModel):
    """The counts of all of them, and the latest of them."""

    counts: Counted
    items: list[Item]
    next: str | None


class Consultations(Controller):
    """Consultations of a municipality."""

    path = PATH
    tags = ("consultations",)
    security = SIGNED_IN

    @post(summary="Record a consultation", operation_class=Repeatable)
    async def record(
        self,
        data: JSONBody[Consulted],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Recorded:
        """201 with its id. A foreign municipality is answered 404."""
        return await record_consultation(pool, known, by, _given(data, known, by), at)

    @get(summary="Consultations with their counts, within one's line of subordination")
    async def counted(
        self,
        municipality: FromQuery[str],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        since: Annotated[str, QueryParameter(name="from", max_length=10)] = "",
        until: Annotated[str, QueryParameter(name="to", max_length=10)] = "",
        after: FromQuery[UUID | None] = None,
    ) -> Page:
        """From a day to another; the campaign's days without any. A foreign municipality is answered 404."""
        authority(by, Deed.CONSULT, municipality)
        wanted = period_of({"from": since, "to": until}, known.campaign, at.now).wanted()
        sight = sight_of(by, known, municipality)
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, municipality)
            found = await consultations.listed(db, sight, wanted, after, DEFAULT_LIMIT + 1)
            counts = await consultations.counts(db, sight, wanted)
        asked: dict[str, str | int] = {"municipality": municipality, "from": since, "to": until}
        items, following = cut(PATH, {**asked, "limit": DEFAULT_LIMIT}, found, "id")
        return Page(counts=_counted(counts), items=[Item.of(each) for each in items], next=following)


def _given(data: Consulted, known: Known, by: Staff) -> NewConsultation:
    own = own_organizations(by, known, data.municipality)
    default = own[0] if len(own) == 1 and "organization" not in data.model_fields_set else None
    told = Told(
        mode=data.mode,
        theme=data.theme,
        direction=data.direction,
        organization=data.organization or default,
        level=data.level,
        whom=data.whom,
        note=data.note,
        led_to_initiative=data.led_to_initiative,
    )
    return NewConsultation(data.municipality, told, data.inquiry)


def _counted(counts: Counts) -> Counted:
    levels = [OfLevel(level=level, mode=mode, count=n) for (level, mode), n in counts.by_level.items()]
    organizations = [OfOrganization(organization=id_, count=n) for id_, n in counts.by_organization.items()]
    return Counted(
        total=counts.total,
        led_to_initiative=counts.led_to_initiative,
        levels=sorted(levels, key=lambda each: (each.level, each.mode)),
        organizations=sorted(organizations, key=lambda each: -each.count),
    )
