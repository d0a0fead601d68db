"""Where to write to whoever has asked for help."""

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.errors import NotFound
from services.intake.help.domain.requests import Request
from services.intake.participants.domain import Letters
from services.intake.participants.store import participants

WANTED = (Letters.ALL, Letters.RESULTS)
"""Whoever asks for help gets the answer, unless they want no letters at all."""


async def address_of(db: Db, request: Request) -> str:
    """Where to write to its author, who cannot be erased before the transaction ends; nothing for who wants
    no letters or has no address. Before the request is locked: participants are locked first."""
    author = request.participant_id
    if author is None:
        return ""
    try:
        entry = await participants.find(db, author)
    except NotFound:
        return ""
    await tenancy.see(db, request.municipality, entry.tenant)
    found = await participants.addressees(db, [author], WANTED)
    return found[author][0] if author in found else ""
