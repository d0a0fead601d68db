"""HTTP: settlements that are served by their district, agreeing and ending."""

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from services.chassis.db.idempotency import answered, repeat_of
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.hierarchy.core.office import AnyRequest, Office
from services.hierarchy.groups.commands.serve import agree_serving, end_serving


class Agreement(BaseModel):
    """The agreement's number and day."""

    number: str
    day: str


class Serves(BaseModel):
    """The district that serves, or served."""

    served_by: str


class Servings(Controller):
    """Serving by agreement."""

    path = "/api/v1/municipalities/{code:str}/serving"
    tags = ("municipalities",)
    security = SIGNED_IN

    @post(summary="Let its district act for a settlement, by agreement", operation_class=Repeatable)
    async def agree(
        self,
        request: AnyRequest,
        code: FromPath[str],
        data: JSONBody[Agreement],
        office: NamedDependency[Office],
    ) -> Response[Serves]:
        """201 with who serves. Its Head decides, the clerk for the Head, or the administrator."""
        staff = await office.desk.of(request)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        agreed = await agree_serving(office.pool, staff, code, data.number, data.day, now, repeat)
        return answered(agreed)

    @post("/end", summary="A settlement acts for itself again", status_code=200, operation_class=Repeatable)
    async def end(
        self, request: AnyRequest, code: FromPath[str], office: NamedDependency[Office]
    ) -> Response[Serves]:
        """200 with who served. Either side's Head decides, the clerk for the Head, or the administrator."""
        staff = await office.desk.of(request)
        repeat, now = await repeat_of(request, str(staff.account)), office.clock.now()
        return answered(await end_serving(office.pool, staff, code, now, repeat))
