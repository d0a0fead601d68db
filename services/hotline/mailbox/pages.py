"""Pages: the files that came with letters, to be saved by those who see the case."""

from uuid import UUID

import structlog
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from services.chassis.db import tenancy
from services.chassis.errors import NotFound
from services.chassis.process.files import Files
from services.chassis.web.downloads import as_attachment
from services.chassis.web.forms import from_here
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.core.authority import Deed, places_of
from services.hotline.inquiries.domain.viewers import Viewer
from services.hotline.inquiries.store import inquiries
from services.hotline.mailbox.store import letters

log = structlog.get_logger()


class LetterFiles(Controller):
    """A file of a case. It is trusted as little as its name: saved, and never shown in place."""

    path = "/hotline/cases/{id_:uuid}/files"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get("/{file:uuid}")
    async def download(
        self,
        visit: NamedDependency[Visit[Staff]],
        files: NamedDependency[Files],
        id_: FromPath[UUID],
        file: FromPath[UUID],
    ) -> Stream:
        """One of them. Raises NotFound, also for a case that somebody does not see."""
        who = visit.who
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
            inquiry = await inquiries.one(db, id_)
            if not Viewer.of(who).sees(inquiry, await inquiries.levels(db, inquiry)):
                raise NotFound("inquiry-unknown")
            kept, key = await letters.file(db, inquiry.id, file)
        try:
            parts = await files.read(key)
        except FileNotFoundError as error:
            log.error("file_lost", name=key)
            raise NotFound("file-lost") from error
        headers = as_attachment(kept.name) | {"Content-Length": str(kept.size)}
        return Stream(parts, media_type=kept.media_type, headers=headers)
