"""HTTP: correcting where an initiative is counted."""

from typing import Any
from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, Field

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.region import Picture
from services.intake.core.domain import Author
from services.intake.corrections.commands.correct_initiative import (
    Corrected,
    Correction,
    correct_initiative,
)


class WhatIsDifferent(BaseModel):
    """What is different from now on; what is left out stays."""

    municipality: str | None = Field(None, description="Which counts it from now on.")
    direction: str | None = None
    form: str | None = None
    organization: UUID | None = Field(
        None, description="Of the municipality; null: none. Left out, it goes where it does not count."
    )


class Corrections(Controller):
    """What authors correct themselves."""

    path = "/api/v1/initiatives"
    tags = ("initiatives",)
    security = SIGNED_IN

    @post(
        "/{initiative_id:uuid}/correction",
        summary="Correct an initiative's municipality, organization, direction or form",
        status_code=200,
        operation_class=Repeatable,
    )
    async def correct(
        self,
        initiative_id: FromPath[UUID],
        data: JSONBody[WhatIsDifferent],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> Corrected:
        """200 with where it is counted from now on; 409 for one that is closed."""
        given: dict[str, Any] = {
            **dict(data),
            "keeps_organization": "organization" not in data.model_fields_set,
        }
        return await correct_initiative(pool, picture, who, Correction(initiative_id, **given), at)
