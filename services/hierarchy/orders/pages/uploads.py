"""Files that forms of orders bring."""

from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from services.chassis.errors import Malformed, TooLarge
from services.chassis.web.forms import sent_files
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.scans import LARGEST, MEGABYTES
from services.hierarchy.orders.domain.files import Chosen

LONGEST_UPLOAD = LARGEST + 4 * 1024 * 1024
"""Bytes of a form with files: one that is somewhat too large is read, to be refused in words."""


async def uploaded(visit: Visit[Staff]) -> list[Chosen]:
    """The files of a form that were chosen. Raises TooLarge, Malformed."""
    try:
        await visit.sent()
        return await sent_files(visit.request, "scan")
    except HTTPException as error:
        if error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
            raise TooLarge("scan-size", field="scan", limit=MEGABYTES) from error
        raise
    except (UnicodeDecodeError, LookupError) as error:
        raise Malformed("bad-request", fields="есть недопустимые символы") from error
