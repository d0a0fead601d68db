"""Upload a file whose changes are to be previewed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from contracts.event import REGION
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Invalid
from services.directory.grants import Staff
from services.hierarchy.core.reading import FileReader
from services.hierarchy.imports.commands.authorise_upload import authorise_upload
from services.hierarchy.imports.domain.files import Import, UploadedFile, What
from services.hierarchy.imports.domain.oktmo import check_region
from services.hierarchy.imports.store import imports


@dataclass(frozen=True, slots=True)
class Upload:
    """What is imported, and the file's content."""

    given: Import
    content: bytes


async def upload_file(pool: Pool, reader: FileReader, by: Staff, upload: Upload, now: datetime) -> UUID:
    """Read a file and keep its rows to be previewed; nothing is changed yet. Of a file that is uploaded twice
    the later one is kept.

    Raises NotFound, Forbidden, Invalid for an empty file or if no region is named whose municipalities they
    are, Unavailable if too many are read.
    """
    async with pool.acquire() as db, db.transaction():
        await authorise_upload(db, by, upload.given)
    _check(upload)
    # Outside a transaction: reading takes seconds, and its turn may take longer than a connection can wait.
    rows = await reader.rows(upload.content)
    async with pool.acquire() as db, db.transaction():
        await authorise_upload(db, by, upload.given)
        file = UploadedFile(
            municipality=upload.given.founder or REGION,
            id=uuid_utils.compat.uuid7(),
            account=by.account,
            what=upload.given.what,
            of=upload.given.of,
            rows=rows,
            uploaded_at=now,
        )
        await imports.keep(db, file)
    return file.id


def _check(upload: Upload) -> None:
    checks = Checks()
    if upload.given.what is What.MUNICIPALITIES:
        checks.take(lambda: check_region(upload.given.of))
    checks.take(lambda: _check_content(upload.content))
    checks.settle()


def _check_content(content: bytes) -> None:
    if not content:
        raise Invalid("import-empty", field="file")
