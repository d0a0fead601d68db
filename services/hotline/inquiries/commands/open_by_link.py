"""Look at an inquiry by its initiator's link."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis import links
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound
from services.hotline.core.region import Known
from services.hotline.inquiries.domain.inquiries import Inquiry
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Asked, Entry


@dataclass(frozen=True, slots=True)
class Seen:
    """An inquiry as its initiator sees it: nothing that is inside. `as_of`: the one that is answered, where
    it was merged into another."""

    inquiry: Inquiry
    asked: Asked
    history: Sequence[Entry]
    as_of: Inquiry

    @property
    def municipality(self) -> str:
        """Whose it is."""
        return self.inquiry.municipality

    @property
    def id(self) -> UUID:
        """Its id."""
        return self.inquiry.id

    @property
    def name(self) -> str:
        """How the initiator is called."""
        return self.asked.initiator.name


async def look_by_link(pool: Pool, known: Known, given: str) -> Seen:
    """Raises NotFound for a link that is none of ours, or was revoked."""
    link = links.opened(known.entrance.secret, given)
    if link is None:
        raise NotFound("link-unknown")
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, link.tenant)
        inquiry = await inquiries.one(db, link.id)
        asked = await inquiries.asked(db, inquiry)
        if asked.link_version != link.version:
            raise NotFound("link-unknown")
        history = [each for each in await inquiries.entries(db, inquiry) if not each.inside]
        merged = inquiry.merged_into
        return Seen(inquiry, asked, history, await inquiries.one(db, merged) if merged else inquiry)
