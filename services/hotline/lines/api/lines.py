"""HTTP: lines, for everybody, and for those who keep them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel

from contracts.appointments import WorkingDay
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.directory.hours import read_week
from services.hotline.core.region import Known
from services.hotline.lines.commands.close_line import Closing, close_line
from services.hotline.lines.commands.define_line import Defined, define_line
from services.hotline.lines.commands.offer_line import Offer, Shared, offer_line
from services.hotline.lines.commands.share_line import agree_share, end_share
from services.hotline.lines.domain.lines import Act, Described, Help
from services.hotline.lines.showing import Shown, shown, usual_week
from services.hotline.lines.store import lines


class LineHours(BaseModel):
    """When a weekday is worked and when lunch is, by the clocks of the region, as 09:00."""

    begins: str
    ends: str
    lunch_begins: str | None = None
    lunch_ends: str | None = None

    @classmethod
    def of(cls, day: WorkingDay) -> "LineHours":
        """As it is told."""
        return cls(**{name: f"{at:%H:%M}" for name, at in day if at is not None})

    @property
    def written(self) -> str:
        """As people write it, who are read by the same rule."""
        lunch = f", обед {self.lunch_begins or ''}–{self.lunch_ends or ''}"
        return f"{self.begins}–{self.ends}{lunch if self.lunch_begins or self.lunch_ends else ''}"


class LineItem(BaseModel):
    """A published line: how it is reached, whether somebody answers now and from when on (null: unknown), its
    hours from Monday to Sunday, how it helps by language."""

    id: UUID
    municipality: str
    name: str
    phones: list[str]
    email: str
    address: str
    open_now: bool | None
    opens_at: datetime | None
    hours: list[LineHours | None]
    hours_in_words: str
    help: dict[str, str]
    version: int


class LinePage(BaseModel):
    """The lines by which a municipality is reached, its own first; none: there is no line."""

    items: list[LineItem]
    next: None = None


class NewLine(BaseModel):
    """A line as it is to be; `hours`: the regulation's by default; `version`: the one that was seen, 0 for a
    line that is not there yet."""

    municipality: str
    name: str
    phones: list[str] = []
    email: str = ""
    address: str = ""
    hours: list[LineHours | None] | None = None
    help: dict[str, str] = {}
    group: UUID | None = None
    act_number: str = ""
    act_day: date | None = None
    version: int = 0


class Seen(BaseModel):
    """The version that was seen."""

    version: int


class Settlement(BaseModel):
    """To whom a line is offered."""

    settlement: str


class Lines(Controller):
    """The lines of the administrations."""

    path = "/api/v1/lines"
    tags = ("lines",)

    @get(summary="The lines by which a municipality is reached")
    async def find(
        self,
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        at_route: NamedDependency[Moment],
        municipality: Annotated[str, QueryParameter(pattern="^[0-9]{8}$")],
    ) -> LinePage:
        """Its own, that which it shares with its district, and that of whoever acts for it by agreement."""
        known.picture.municipality(municipality)
        async with pool.acquire() as db:
            found = await lines.of(db, known, municipality, at_route.now)
        return LinePage(items=[_item(shown(known, line, at_route.now)) for line in found])

    @post(
        summary="Describe the line of an administration",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def define(
        self,
        data: JSONBody[NewLine],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Defined:
        """The Head decides, the clerk for the Head, or the responsible person."""
        typed = data.hours
        hours = None if typed is None else read_week([day.written if day else "" for day in typed])
        given = Described(
            municipality=data.municipality,
            name=data.name,
            phones=data.phones,
            email=data.email,
            address=data.address,
            week=hours or usual_week(known, data.municipality, at.now),
            help=[Help(language, text) for language, text in data.help.items()],
            group=data.group,
            act=Act(data.act_number, data.act_day),
            version=data.version,
        )
        return await define_line(pool, known, by, given, at)

    @post(
        "/{code:str}/closing",
        summary="Close the line of an administration",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def close(
        self,
        code: FromPath[str],
        data: JSONBody[Seen],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Defined:
        """Refused while inquiries wait there."""
        return await close_line(pool, known, by, Closing(code, data.version), at)

    @post(
        "/{code:str}/shares",
        summary="Offer a line to a settlement of the district",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def offer(
        self,
        code: FromPath[str],
        data: JSONBody[Settlement],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Shared:
        """In force once the settlement agrees."""
        return await offer_line(pool, known, by, Offer(code, data.settlement), at)

    @post(
        "/{code:str}/shares/{settlement:str}/agreement",
        summary="Share the line that the district offers",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def agree(
        self,
        code: FromPath[str],
        settlement: FromPath[str],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Shared:
        """The settlement's Head decides, the clerk for the Head, or the responsible person."""
        return await agree_share(pool, by, Offer(code, settlement), at)

    @post(
        "/{code:str}/shares/{settlement:str}/end",
        summary="Take back an offer, refuse it, or end what was agreed",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def end(
        self,
        code: FromPath[str],
        settlement: FromPath[str],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Shared:
        """Either side decides."""
        return await end_share(pool, by, Offer(code, settlement), at)


def _item(each: Shown) -> LineItem:
    line = each.line
    return LineItem(
        id=line.id,
        municipality=line.municipality,
        name=line.name,
        phones=list(line.phones),
        email=line.email,
        address=line.address,
        open_now=each.opening.open_now,
        opens_at=each.opening.opens_at,
        hours=[day and LineHours.of(day) for day in line.week],
        hours_in_words=each.hours,
        help={said.language: said.text for said in line.help},
        version=line.version,
    )
