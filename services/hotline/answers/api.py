"""HTTP: answers to reuse, as somebody finds them who answers an inquiry."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from pydantic import BaseModel

from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN
from services.directory.grants import Staff
from services.hotline.answers.choices import around
from services.hotline.answers.domain.answers import QUERY_LONGEST, drafting
from services.hotline.answers.store import answers
from services.hotline.answers.store.answers import AT_ONCE, FOUND, Sought
from services.hotline.core.authority import authority
from services.hotline.core.region import Known


class ReusableAnswer(BaseModel):
    """An answer that may be sent as it stands, its placeholders in braces; `municipality` is `region` for
    those of the whole region. `used`: how often it was sent in the municipality that asks."""

    id: UUID
    municipality: str
    theme: str
    title: str
    text: str
    published: bool
    used: int


class ReusableAnswers(BaseModel):
    """The municipality's own first, then those of the district that serves it, then the region's."""

    items: list[ReusableAnswer]
    next: None = None


class AnswersToReuse(Controller):
    """Approved answers."""

    path = "/api/v1/answers"
    tags = ("answers",)
    security = SIGNED_IN

    @get(summary="Answers to reuse, by words and theme")
    async def found(
        self,
        municipality: FromQuery[str],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        q: Annotated[str, QueryParameter(max_length=QUERY_LONGEST)] = "",
        theme: FromQuery[str] = "",
    ) -> ReusableAnswers:
        """With `q`, the twenty best; typing errors are forgiven. A foreign municipality is answered 404."""
        authority(by, drafting(municipality), municipality)
        places = around(known, municipality, at.now)
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, *places)
            limit = FOUND if q.strip() else AT_ONCE
            found = await answers.found(db, Sought(places, theme, q, limit=limit))
        return ReusableAnswers(
            items=[ReusableAnswer.model_validate(each, from_attributes=True) for each in found]
        )
