"""Tables read as the bounded process reads them, without the process."""

from services.chassis.process.bounded import Job, Workbench
from services.chassis.tables import sheets
from services.chassis.tables.reading import AT_ONCE, BOUNDS, WAITING, TableReader


class Desk(Workbench):
    """Does the work where it is asked for."""

    def __init__(self, job: Job) -> None:
        super().__init__(job, BOUNDS, AT_ONCE, WAITING)
        self._here = job

    async def done(self, content: bytes) -> bytes:
        """The answer."""
        return self._here(content)


class Here(TableReader):
    """Reads tables in this process."""

    def __init__(self) -> None:
        super().__init__()
        self._tables, self._glances, self._portions = map(Desk, (sheets.read, sheets.glance, sheets.pick))
