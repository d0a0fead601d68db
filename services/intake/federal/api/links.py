"""HTTP: rows of the federal platform linked to initiatives of ours by hand."""

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from pydantic import BaseModel, Field

from services.chassis import text as texts
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.calls import STAFF
from services.intake.federal.commands.link_row import Linked, Linking, link_row
from services.intake.initiatives.domain import HIGHEST


class NewLink(BaseModel):
    """A row, by its number on the platform, and which of a municipality's initiatives it is."""

    municipality: str
    number: str
    ours: int | None = Field(ge=1, le=HIGHEST, description="Our number; null: it is none of ours.")


class FederalLinks(Controller):
    """What no import changes any more."""

    path = "/api/v1/federal/links"
    tags = ("federal",)
    security = SIGNED_IN
    dependencies = STAFF

    @post(
        summary="Link a row of the platform to one of ours, or to none",
        status_code=200,
        operation_class=Repeatable,
    )
    async def link(
        self,
        data: JSONBody[NewLink],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Linked:
        """200; 409 for an initiative that another row is linked to."""
        given = Linking(data.municipality, texts.one_line(data.number), data.ours)
        return await link_row(pool, known, by, given, at)
