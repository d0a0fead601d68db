"""HTTP: files of drafts and of one's own initiatives."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody
from litestar.response import Stream
from pydantic import BaseModel, ConfigDict

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.requests import AnyRequest
from services.directory.region import Picture
from services.intake.attachments.domain.attachments import LARGEST, Attachment, AttachmentState
from services.intake.attachments.showing import download
from services.intake.core import calls
from services.intake.core.domain import Author, local
from services.intake.initiatives import reading
from services.intake.initiatives.commands.attach_file import (
    Attached,
    Given,
    Uploads,
    attach_to_draft,
    attach_to_initiative,
)
from services.intake.initiatives.commands.remove_file import remove_from_draft, remove_from_initiative

LONGEST_BODY = LARGEST + 1_000_000
"""Bytes of a request with a file: one that is somewhat too large is read, to be refused in words."""

FILE = "/{file_id:uuid}"


class NewAttachment(BaseModel):
    """A file to add."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: UploadFile


class OwnAttachment(BaseModel):
    """A file that was added. One that `waiting` for the scanner cannot be downloaded yet; one that was found
    `infected` was removed."""

    id: UUID
    name: str
    media_type: str
    size: int
    state: AttachmentState
    added_at: datetime


class OwnAttachments(BaseModel):
    """The files of a draft or an initiative, in the order in which they were added."""

    items: list[OwnAttachment]


class DraftAttachments(Controller):
    """Files of a draft; they go with it when it is submitted."""

    path = "/api/v1/drafts/{draft_id:uuid}/attachments"
    tags = ("attachments",)
    security = SIGNED_IN

    @post(summary="Add a file to a draft", operation_class=Repeatable, request_max_body_size=LONGEST_BODY)
    async def add(
        self,
        draft_id: FromPath[UUID],
        request: AnyRequest,
        data: MultipartBody[NewAttachment],
        uploads: NamedDependency[Uploads],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
    ) -> OwnAttachment:
        """201 with its name as it is saved; images are stored without metadata."""
        async with uploads.turns.turn():
            given, at = await _given(request, who, draft_id, data.file)
            return _own(await attach_to_draft(uploads, who, given, at), picture, who)

    @get(summary="The files of a draft")
    async def listed(
        self,
        draft_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
    ) -> OwnAttachments:
        """404 for a foreign one."""
        _, found = await reading.draft_with_files(pool, who, draft_id)
        return _listed(found, picture, who)

    @get(FILE, summary="Download a file of a draft")
    async def one(
        self,
        draft_id: FromPath[UUID],
        file_id: FromPath[UUID],
        uploads: NamedDependency[Uploads],
        who: NamedDependency[Author],
    ) -> Stream:
        """Its content; 404 while it waits for the scanner."""
        return await download(
            uploads.files, await reading.file_of_draft(uploads.pool, who, draft_id, file_id)
        )

    @delete(FILE, summary="Remove a file of a draft")
    async def remove(
        self,
        draft_id: FromPath[UUID],
        file_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> None:
        """204, also if it was gone before."""
        await remove_from_draft(pool, who, draft_id, file_id, at.now)


class InitiativeAttachments(Controller):
    """Files of an initiative: whoever sees it sees them."""

    path = "/api/v1/initiatives/{initiative_id:uuid}/attachments"
    tags = ("attachments",)
    security = SIGNED_IN

    @post(
        summary="Add a file to an open initiative",
        operation_class=Repeatable,
        request_max_body_size=LONGEST_BODY,
    )
    async def add(
        self,
        initiative_id: FromPath[UUID],
        request: AnyRequest,
        data: MultipartBody[NewAttachment],
        uploads: NamedDependency[Uploads],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
    ) -> OwnAttachment:
        """201 with its name as it is saved; 403 for a co-author."""
        async with uploads.turns.turn():
            given, at = await _given(request, who, initiative_id, data.file)
            return _own(await attach_to_initiative(uploads, picture, who, given, at), picture, who)

    @get(summary="The files of an initiative")
    async def listed(
        self,
        initiative_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
    ) -> OwnAttachments:
        """For its author and co-authors; 404 for a foreign one."""
        return _listed(await reading.files_of(pool, who, initiative_id), picture, who)

    @get(FILE, summary="Download a file of an initiative")
    async def one(
        self,
        initiative_id: FromPath[UUID],
        file_id: FromPath[UUID],
        uploads: NamedDependency[Uploads],
        who: NamedDependency[Author],
    ) -> Stream:
        """Its content; 404 while it waits for the scanner."""
        return await download(uploads.files, await reading.file_of(uploads.pool, who, initiative_id, file_id))

    @delete(FILE, summary="Remove a file of an open initiative")
    async def remove(
        self,
        initiative_id: FromPath[UUID],
        file_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        who: NamedDependency[Author],
        at: NamedDependency[Moment],
    ) -> None:
        """204, also if it was gone before; 409 for a closed one."""
        await remove_from_initiative(pool, picture, who, initiative_id, file_id, at.now)


async def _given(request: AnyRequest, who: Author, to: UUID, file: UploadFile) -> tuple[Given, Moment]:
    body = await file.read()
    at = await calls.at_with(request, who, file.filename.encode("utf-8", "replace") + b"\n" + body)
    return Given(to, file.filename, body), at


def _listed(found: Sequence[Attachment], picture: Picture, who: Author) -> OwnAttachments:
    return OwnAttachments(items=[_own(each, picture, who) for each in found])


def _own(found: Attachment | Attached, picture: Picture, who: Author) -> OwnAttachment:
    return OwnAttachment(
        id=found.id,
        name=found.name,
        media_type=found.media_type,
        size=found.size,
        state=found.state,
        added_at=local(found.added_at, picture.campaign(who.campaign)),
    )
