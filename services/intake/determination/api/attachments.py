"""HTTP: the files of the initiatives that the staff see."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream
from pydantic import BaseModel

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.attachments.showing import download
from services.intake.core.calls import STAFF
from services.intake.core.domain import local
from services.intake.determination import case
from services.intake.determination.reading.listing import Looking
from services.intake.initiatives.commands.attach_file import Uploads


class SeenAttachment(BaseModel):
    """A file that its author has added."""

    id: UUID
    name: str
    media_type: str
    size: int
    added_at: datetime


class SeenAttachments(BaseModel):
    """The files of an initiative, in the order in which they were added."""

    items: list[SeenAttachment]


class DeterminationAttachments(Controller):
    """Files of initiatives, for those who decide on them and their coordinators."""

    path = "/api/v1/determination/{initiative_id:uuid}/attachments"
    tags = ("determination",)
    security = SIGNED_IN
    dependencies = STAFF

    @get(summary="The files of an initiative that is seen")
    async def listed(
        self,
        initiative_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> SeenAttachments:
        """Without those that wait for the scanner; 404 for a foreign initiative."""
        looking = Looking.of(known, by, at.now)
        found = await case.files_of(pool, looking, initiative_id)
        return SeenAttachments(
            items=[
                SeenAttachment(
                    id=each.id,
                    name=each.name,
                    media_type=each.media_type,
                    size=each.size,
                    added_at=local(each.added_at, looking.campaign),
                )
                for each in found
            ]
        )

    @get("/{file_id:uuid}", summary="Download a file of an initiative that is seen")
    async def one(
        self,
        initiative_id: FromPath[UUID],
        file_id: FromPath[UUID],
        uploads: NamedDependency[Uploads],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stream:
        """Its content, to be saved and never shown in place."""
        looking = Looking.of(known, by, at.now)
        return await download(
            uploads.files, await case.file_of(uploads.pool, looking, initiative_id, file_id)
        )
