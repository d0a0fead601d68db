"""HTTP: the organizations of the budget sphere."""

from typing import Annotated
from uuid import UUID

from asyncpg import Pool
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from pydantic import BaseModel

from services.chassis.web.paging import DEFAULT_LIMIT, LONGEST, cut
from services.hierarchy.territory.store import organizations


class OrganizationItem(BaseModel):
    """An organization: its figures count at the founder, it stands at the place."""

    id: UUID
    name: str
    founder: str
    place: str


class OrganizationPage(BaseModel):
    """Organizations by the alphabet; `next` is a path or null."""

    items: list[OrganizationItem]
    next: str | None


class Organizations(Controller):
    """Organizations."""

    path = "/api/v1/organizations"
    tags = ("organizations",)

    @get(summary="Organizations that a municipality founded or that stand there, by part of the name")
    async def find(
        self,
        pool: NamedDependency[Pool],
        municipality: Annotated[str, QueryParameter(pattern="^([0-9]{8}|)$")] = "",
        q: Annotated[str, QueryParameter(max_length=200)] = "",
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> OrganizationPage:
        """Closed ones are left out; `ё` and `е` are one letter to `q`."""
        async with pool.acquire() as db:
            found = await organizations.page(db, municipality or None, q, after, limit + 1)
        asked: dict[str, str | int] = {"municipality": municipality, "q": q, "limit": limit}
        items, next_ = cut(self.path, asked, found, "id")
        shown = [OrganizationItem.model_validate(item, from_attributes=True) for item in items]
        return OrganizationPage(items=shown, next=next_)
