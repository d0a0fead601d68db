"""HTTP: our list beside the federal platform's."""

from datetime import date, datetime

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from pydantic import BaseModel, Field

from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.calls import STAFF
from services.intake.core.domain import local
from services.intake.federal.domain.linking import How
from services.intake.federal.domain.reconciliation import Counts
from services.intake.federal.reading import Lists, Reader

LISTED = 500


class Reconciled(BaseModel):
    """A municipality's counts: ours, theirs, what is the same, what is only here and only there."""

    municipality: str
    submitted: int
    put_forward: int
    theirs: int
    matched: int
    only_here: int
    only_there: int


class Here(BaseModel):
    """What we put forward and the platform does not list."""

    number: int
    submitted_at: datetime


class There(BaseModel):
    """What the platform lists and is none of ours. `own`: our number, as the platform says it."""

    number: str
    dated: date | None
    status: str
    own: int | None


class Both(BaseModel):
    """A row of the platform that is one of ours, and by what that was found."""

    number: str
    ours: int
    linked: How


class Reconciliation(BaseModel):
    """Counts per municipality; of a single one its lists, too, the first 500 of each."""

    campaign: str
    items: list[Reconciled]
    only_here: list[Here] | None = Field(None, description="Of a single municipality.")
    only_there: list[There] | None = None
    matched: list[Both] | None = None


class FederalReconciliation(Controller):
    """Our list beside the platform's: numbers, no texts."""

    path = "/api/v1/federal/reconciliation"
    tags = ("federal",)
    security = SIGNED_IN
    dependencies = {name: STAFF[name] for name in ("by", "known")}

    @get(summary="Compare our list with the platform's")
    async def compare(
        self,
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        municipality: FromQuery[str] = "",
    ) -> Reconciliation:
        """200; 404 for a municipality that is not the sender's to oversee."""
        reader = Reader(pool, known, by)
        if municipality:
            return _of_one(reader, municipality, await reader.one(municipality, LISTED))
        items = [_counted(code, counts) for code, counts in (await reader.counts()).items()]
        return Reconciliation(campaign=reader.campaign, items=items)


def _of_one(reader: Reader, municipality: str, lists: Lists) -> Reconciliation:
    campaign = reader.known.campaign
    return Reconciliation(
        campaign=campaign.id,
        items=[_counted(municipality, lists.counts)],
        only_here=[
            Here(number=each.number, submitted_at=local(each.submitted_at, campaign))
            for each in lists.only_here
        ],
        only_there=[
            There(number=each.number, dated=each.dated, status=each.status, own=each.own)
            for each in lists.only_there
        ],
        matched=[Both(number=each.number, ours=each.ours, linked=each.linked) for each in lists.matched],
    )


def _counted(municipality: str, counts: Counts) -> Reconciled:
    return Reconciled(
        municipality=municipality,
        submitted=counts.submitted,
        put_forward=counts.put_forward,
        theirs=counts.theirs,
        matched=counts.matched,
        only_here=counts.only_here,
        only_there=counts.only_there,
    )
