"""Reading files of strangers, each in a bounded process of its own."""

import structlog

from services.chassis.errors import Invalid
from services.chassis.process.bounded import Bounds, Broken, Workbench
from services.intake.attachments.domain import judging
from services.intake.attachments.domain.attachments import ALL_LARGEST, Content, check_size

log = structlog.get_logger()

BOUNDS = Bounds(memory=1_500_000_000, cpu=20, seconds=40, answer=ALL_LARGEST)
"""An image of fifty million points takes 600 MB and some seconds."""

AT_ONCE, WAITING = 1, 40


class AttachmentReader:
    """Judges files, a few at a time."""

    def __init__(self) -> None:
        self._bench = Workbench(judging.judge, BOUNDS, AT_ONCE, WAITING)

    async def read(self, name: str, body: bytes) -> Content:
        """What is kept of a file. Raises Invalid for one that is not taken, Unavailable if too many wait."""
        check_size(len(body))
        try:
            answer = await self._bench.done(judging.packed(name, body))
        except (Broken, TimeoutError) as error:
            log.warning("attachment_unreadable", size=len(body), error=type(error).__name__)
            raise Invalid("attachment-unreadable", field="file") from error
        said, first, media_type, changed = answer.split(b"\n", 3)
        if said == judging.REFUSED:
            raise Invalid(first.decode(), field="file")
        kept = changed if said == judging.CHANGED else body
        return Content(first.decode(), media_type.decode(), kept)
