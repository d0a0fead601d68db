"""Files that are uploaded on the screen, previewed, and then applied."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

KEPT = timedelta(days=1)


class What(StrEnum):
    """What a file is about."""

    MUNICIPALITIES = "municipalities"
    POPULATION = "population"
    ORGANIZATIONS = "organizations"


@dataclass(frozen=True, slots=True)
class Import:
    """What is imported: of one founder or region, or (empty) of all."""

    what: What
    of: str = ""

    @property
    def founder(self) -> str | None:
        """The founder whose organizations alone it is about."""
        return self.of if self.what is What.ORGANIZATIONS and self.of else None


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it was uploaded, with the rows that were read of it. `of`: the region's two digits for
    municipalities, the founder for the organizations of one; `municipality` is whose tenant it belongs to."""

    municipality: str
    id: UUID
    account: UUID
    what: What
    of: str
    rows: bytes
    uploaded_at: datetime
