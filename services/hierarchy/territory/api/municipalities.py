"""HTTP: the municipalities of both tiers."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.paging import DEFAULT_LIMIT, LONGEST, cut
from services.directory.grants import Staff
from services.hierarchy.core.domain.reached import Reached
from services.hierarchy.territory.commands.set_reception import Reception, set_reception
from services.hierarchy.territory.store import municipalities


class MunicipalityItem(BaseModel):
    """A municipality: full name, district of a settlement, id of its SMO, who acts for it if it was
    transformed."""

    code: str
    name: str
    kind: str
    parent: str | None
    smo: str | None
    successor: str | None


class MunicipalityPage(BaseModel):
    """Municipalities by the alphabet; `next` is a path or null."""

    items: list[MunicipalityItem]
    next: str | None


class NewReception(BaseModel):
    """The telephone of an administration and the hours when it is answered."""

    phone: str
    hours: str = ""


class Municipalities(Controller):
    """Municipalities."""

    path = "/api/v1/municipalities"
    tags = ("municipalities",)

    @get(summary="Municipalities of both tiers, or of one district, by part of the name")
    async def find(
        self,
        pool: NamedDependency[Pool],
        parent: Annotated[str, QueryParameter(pattern="^([0-9]{8}|)$")] = "",
        q: Annotated[str, QueryParameter(max_length=200)] = "",
        after: Annotated[str, QueryParameter(pattern="^([0-9]{8}|)$")] = "",
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> MunicipalityPage:
        """`ё` and `е` are one letter to `q`."""
        async with pool.acquire() as db:
            found = await municipalities.page(db, parent or None, q, after or None, limit + 1)
        items, next_ = cut(self.path, {"parent": parent, "q": q, "limit": limit}, found, "code")
        shown = [MunicipalityItem.model_validate(item, from_attributes=True) for item in items]
        return MunicipalityPage(items=shown, next=next_)

    @post(
        "/{code:str}/reception",
        summary="Set the telephone of an administration",
        status_code=200,
        operation_class=Repeatable,
        security=SIGNED_IN,
    )
    async def set_reception(
        self,
        code: FromPath[str],
        data: JSONBody[NewReception],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Reached:
        """Participants are sent there if nobody nearer can be called; an empty number: nowhere."""
        given = Reception(code, Reached(data.phone, data.hours))
        return await set_reception(pool, by, given, at)
