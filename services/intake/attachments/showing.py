"""How a file is given to those who may see it: saved, and never shown in place."""

import structlog
from litestar.response import Stream

from services.chassis.errors import NotFound
from services.chassis.process.files import Files
from services.chassis.web.downloads import as_attachment
from services.intake.attachments.domain.attachments import Attachment

log = structlog.get_logger()


async def download(files: Files, attachment: Attachment) -> Stream:
    """The answer with its content. Raises NotFound if the storage has lost it, Unavailable."""
    try:
        parts = await files.read(str(attachment.key))
    except FileNotFoundError as error:
        log.error("file_lost", name=attachment.key)
        raise NotFound("file-lost") from error
    headers = as_attachment(attachment.name) | {"Content-Length": str(attachment.size)}
    return Stream(parts, media_type=attachment.media_type, headers=headers)
