"""Another address of an account: requested, confirmed by the link that is sent to it, or expired."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.errors import Conflict, NotFound

CHANGE_VALID = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AddressChange:
    """An address that the owner of an account requests in the place of the present one."""

    account: UUID
    email: str
    expires_at: datetime
    used_at: datetime | None = None

    def check(self, at: datetime) -> None:
        """Raises Conflict if it was confirmed or replaced before, NotFound once it has run out."""
        if self.used_at is not None:
            raise Conflict("address-link-used")
        if self.expires_at <= at:
            raise NotFound("address-link-expired")
