"""Documents as PDF, to be printed."""

from pathlib import Path

import orjson

from services.chassis.process import typesetting
from services.chassis.process.bounded import Bounds, Workbench

AT_ONCE, WAITING = 1, 20
"""Documents typeset at the same time, 500 rows in tenths of a second and 100 MB, and how many may wait."""

BOUNDS = Bounds(memory=4_000_000_000, cpu=60, seconds=30, answer=50_000_000)
"""Of one document. Typst maps far more memory than it uses: its fonts, and a stack for each thread."""


class Press:
    """Typesets documents of one template, each in a process of its own: typst keeps what it has computed for
    one for the next ones, gigabytes for long tables (messense/typst-py, issue 104)."""

    def __init__(self, template: Path) -> None:
        self._template = str(template)
        self._documents = Workbench(typesetting.typeset, BOUNDS, AT_ONCE, WAITING)

    async def printed(self, data: object) -> bytes:
        """A document as PDF. Raises Unavailable if too many wait, TimeoutError, Broken."""
        return await self._documents.done(orjson.dumps({"template": self._template, "data": data}))
