"""Offer an inquiry to a working group, a coordinator or the coordination group."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level
from contracts.hotline import InquiryTransferred
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.stepping import (
    Stepped,
    check_campaign,
    held,
    inside,
    kept,
    regulation,
    said_by,
)
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.domain.inquiries import Holder, Inquiry
from services.hotline.inquiries.domain.texts import check_note
from services.hotline.inquiries.store import inquiries

DISSOLVED, NOBODY = "group-dissolved", "nobody-appointed"
"""Why it goes to the coordination group instead."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """To whom: without a group or an organization, the one that answers for the theme; the note stays
    inside."""

    id: UUID
    to: Level
    group: UUID | None = None
    organization: UUID | None = None
    note: str = ""


async def transfer_inquiry(pool: Pool, known: Known, by: Staff, given: Transfer, at: Moment) -> Stepped:
    """It waits for them to accept it or to return it; their own clock runs from now on.

    Raises NotFound, Forbidden, Invalid for a holder that there is not, Conflict.
    """
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Stepped):
            return done
        found = await held(db, by, given.id)
        check_campaign(known, found.inquiry, at.now)
        text = check_note(given.note)
        to, instead = await _holder(db, known, given, found.inquiry, at.now)
        now = regulation(known, found.inquiry.municipality, at.now)
        case = steps.transfer(found.case, to, now, at.now)
        await inquiries.pass_to(db, case.inquiry, at.now, "transferred")
        await _note(db, by, case.inquiry, text, at.now)
        return await idempotency.keep(db, at, await kept(db, case, InquiryTransferred, instead))


async def _note(db: Db, by: Staff, inquiry: Inquiry, text: str, now: datetime) -> None:
    await inquiries.note(db, inquiry, said_by(by, "transferred", inquiry, now))
    if text:
        await inquiries.note(db, inquiry, inside(said_by(by, "note", inquiry, now, text)))


async def _holder(
    db: Db, known: Known, given: Transfer, inquiry: Inquiry, now: datetime
) -> tuple[Holder, str]:
    """To whom it goes, and why to another than the one asked for."""
    match given.to:
        case Level.GROUP:
            return _group(known, given, inquiry, now)
        case Level.COORDINATOR:
            return await _coordinator(db, known, given, inquiry, now)
        case Level.COORDINATION:
            return Holder(Level.COORDINATION), ""
    raise Invalid("transfer-where", field="to")


def _group(known: Known, given: Transfer, inquiry: Inquiry, now: datetime) -> tuple[Holder, str]:
    here = inquiry.municipality
    if given.group is None:
        found = known.group_for(here, inquiry.direction, inquiry.organization, now)
        return (Holder(Level.GROUP, found.id), "") if found else (Holder(Level.COORDINATION), NOBODY)
    group = known.groups.get(given.group)
    if group is None or group.municipality not in (here, known.server_of(here, now)):
        raise Invalid("group-unknown", field="group")
    if group.dissolved or group.campaign != inquiry.campaign:
        return Holder(Level.COORDINATION), DISSOLVED
    return Holder(Level.GROUP, group.id), ""


async def _coordinator(
    db: Db, known: Known, given: Transfer, inquiry: Inquiry, now: datetime
) -> tuple[Holder, str]:
    organization = given.organization or inquiry.organization
    if organization is None:
        raise Invalid("transfer-organization-empty", field="organization")
    known.picture.check_organization(organization, inquiry.municipality)
    if not await inquiries.is_appointed(db, organization, now):
        return Holder(Level.COORDINATION), NOBODY
    return Holder(Level.COORDINATOR, organization=organization), ""
