"""Uploaded files that are previewed before they are applied."""

from dataclasses import astuple
from uuid import UUID

from services.chassis.db import queries
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.hierarchy.imports.domain.files import KEPT, UploadedFile, What

sql = queries.load(__package__, "imports.sql")


async def keep(db: Db, file: UploadedFile) -> None:
    """Keep a file for a day, instead of the account's earlier one."""
    await db.execute(sql.forget, file.account, file.uploaded_at - KEPT)
    await db.execute(sql.add, *astuple(file))


async def get(db: Db, id_: UUID, account: UUID) -> UploadedFile:
    """A file of an account's own. Raises NotFound: it was applied already, or a newer one is there."""
    row = await db.fetchrow(sql.get, id_, account)
    if row is None:
        raise NotFound("import-gone")
    return UploadedFile(**dict(row) | {"what": What(row["what"])})


async def remove(db: Db, id_: UUID) -> None:
    """A file was applied and is needed no more."""
    await db.execute(sql.remove, id_)
