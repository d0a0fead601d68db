"""HTTP: intake's audit, for those who oversee."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from pydantic import BaseModel

from contracts.appointments import Role
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.calls import STAFF
from services.intake.core.store.audit import Line, Wanted
from services.intake.oversight.reading import read_audit

PATH = "/api/v1/determination/audit"
PAGE = 100
HIGHEST = 2**63 - 1


class AuditLine(BaseModel):
    """What was done, where, to whom or what, by whom of the staff and in which role, if that is known."""

    id: int
    at: datetime
    municipality: str
    deed: str
    subject: str
    account: UUID | None
    name: str | None
    role: Role | None


class AuditLines(BaseModel):
    """A page of the audit, the newest first."""

    items: list[AuditLine]
    next: str | None


class Audit(Controller):
    """Who did what and looked at whose data: for Heads, responsible persons, administrators."""

    path = PATH
    tags = ("oversight",)
    security = SIGNED_IN
    dependencies = STAFF

    @get(summary="The audit of what one oversees")
    async def read(
        self,
        *,
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        municipality: FromQuery[str] = "",
        deed: FromQuery[str] = "",
        participant: FromQuery[UUID | None] = None,
        before: Annotated[int | None, QueryParameter(ge=1, le=HIGHEST)] = None,
    ) -> AuditLines:
        """Of a municipality that is not the sender's to oversee there is none; 403 for whoever oversees none.
        `participant`: what was done to one, such as looking at their data."""
        subject = str(participant) if participant else ""
        wanted = Wanted([municipality] if municipality else None, deed, subject)
        found, more = await read_audit(pool, by, wanted, before, PAGE)
        asked = {"municipality": municipality, "deed": deed, "participant": subject}
        given = {name: value for name, value in asked.items() if value}
        following = urlencode(given | {"before": str(found[-1].id)}) if more else ""
        return AuditLines(
            items=[_line(known, line) for line in found], next=f"{PATH}?{following}" if more else None
        )


def _line(known: Subordination, line: Line) -> AuditLine:
    return AuditLine(
        id=line.id,
        at=line.at.astimezone(ZoneInfo(known.zone)),
        municipality=line.municipality,
        deed=line.action,
        subject=line.subject,
        account=line.account,
        name=line.who,
        role=line.role,
    )
