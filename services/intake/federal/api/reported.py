"""HTTP: figures that municipalities without access of their own reported."""

from datetime import date, datetime

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from pydantic import BaseModel, Field

from contracts.reported import ReportSource
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.calls import STAFF
from services.intake.core.domain import local
from services.intake.federal.commands.report_figures import report_figures
from services.intake.federal.domain.reported import MOST, Report
from services.intake.federal.reading import Reader


class NewReport(BaseModel):
    """What a municipality reported, of which day and by what way."""

    municipality: str
    registered: int = Field(ge=0, le=MOST)
    submitted: int = Field(ge=0, le=MOST)
    as_of: date
    source: ReportSource
    note: str = Field("", description="The letter's number, for example; stays with the overseers.")


class StandingReport(BaseModel):
    """What stands of a municipality: the last version."""

    municipality: str
    version: int
    registered: int
    submitted: int
    as_of: date
    source: ReportSource


class ReportOut(StandingReport):
    """The same with its note and since when it stands."""

    note: str
    reported_at: datetime
    succeeded_by: str | None = Field(
        None, description="The municipality into which this one was transformed: what it said is history."
    )


class Reports(BaseModel):
    """What stands of the municipalities that the sender oversees, and of those that they succeed."""

    items: list[ReportOut]


class Reporting(Controller):
    """Figures by word of mouth, beside the live ones and never mixed with them."""

    path = "/api/v1/reported-figures"
    tags = ("federal",)
    security = SIGNED_IN
    dependencies = STAFF

    @post(summary="Write down reported figures", operation_class=Repeatable)
    async def report(
        self,
        data: JSONBody[NewReport],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> StandingReport:
        """201: they stand from now on, a version of their own."""
        given = Report(data.municipality, data.registered, data.submitted, data.as_of, data.source, data.note)
        done = await report_figures(pool, known, by, given, at)
        return StandingReport(
            municipality=done.municipality,
            version=done.version,
            registered=done.registered,
            submitted=done.submitted,
            as_of=done.as_of,
            source=done.source,
        )

    @get(summary="Reported figures that stand")
    async def standing(
        self, pool: NamedDependency[Pool], known: NamedDependency[Subordination], by: NamedDependency[Staff]
    ) -> Reports:
        """200 with the last version of every municipality that reported."""
        found = (await Reader(pool, known, by).reported()).values()
        items = [
            ReportOut(
                **{name: getattr(each, name) for name in StandingReport.model_fields},
                note=each.note,
                reported_at=local(each.reported_at, known.campaign),
                succeeded_by=known.picture.successors.get(each.municipality),
            )
            for each in found
        ]
        return Reports(items=items)
