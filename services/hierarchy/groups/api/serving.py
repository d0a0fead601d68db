"""HTTP: settlements that are served by their district, agreeing and ending."""

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.hierarchy.groups.commands.agree_serving import NewAgreement, agree_serving
from services.hierarchy.groups.commands.end_serving import end_serving
from services.hierarchy.groups.domain.serving import Serves


class Agreement(BaseModel):
    """The agreement's number and day."""

    number: str
    day: str


class Servings(Controller):
    """Serving by agreement."""

    path = "/api/v1/municipalities/{code:str}/serving"
    tags = ("municipalities",)
    security = SIGNED_IN

    @post(summary="Let its district act for a settlement, by agreement", operation_class=Repeatable)
    async def agree(
        self,
        code: FromPath[str],
        data: JSONBody[Agreement],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Serves:
        """201 with who serves. Its Head decides, the clerk for the Head, or the administrator."""
        return await agree_serving(pool, by, NewAgreement(code, data.number, data.day), at)

    @post("/end", summary="A settlement acts for itself again", status_code=200, operation_class=Repeatable)
    async def end(
        self,
        code: FromPath[str],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Serves:
        """200 with who served. Either side's Head decides, the clerk for the Head, or the administrator."""
        return await end_serving(pool, by, code, at)
