"""Ask for help with a draft or an initiative: its author, or the staff in the author's place."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from contracts.help import HelpRequested, HelpSubject
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.directory.region import Picture
from services.directory.subordination import Subordination
from services.intake.core.authority import RIGHTS, Deed, places_of
from services.intake.core.domain import HELP_ASKED, Author, check_days
from services.intake.core.store import audit
from services.intake.help.commands.helping import Moved, promised
from services.intake.help.domain.requests import Request, check_word
from services.intake.help.store import requests
from services.intake.initiatives.domain import Initiative
from services.intake.initiatives.store import authorship, course, drafts, initiatives
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Asking:
    """With what an author asks for help, and what is hard, if they say so."""

    kind: HelpSubject
    subject: UUID
    text: str = ""


@dataclass(frozen=True, slots=True)
class AskingFor:
    """With which initiative its author is to be helped, by its number or its id; `inquiry`: of the hotline,
    by which that was learnt."""

    number: int | None
    initiative: UUID | None
    text: str
    inquiry: UUID | None = None


async def ask_for_help(pool: Pool, known: Subordination, who: Author, given: Asking, at: Moment) -> Moved:
    """The line of the author's organization sees it, and the text, from now on.

    Raises NotFound for what is not the author's, Forbidden for a co-author, Conflict outside the days, for a
    closed initiative and where a request has not ended, Invalid.
    """
    text, campaign = check_word(given.text, "text"), known.picture.campaign(who.campaign)
    of_draft = given.kind is HelpSubject.DRAFT
    check_days(campaign, at.now, campaign.last_day if of_draft else campaign.close_until)
    async with pool.acquire() as db, db.transaction():
        if asked := await idempotency.earlier(db, at, Moved):
            return asked
        await tenancy.see(db, who.municipality)
        await participants.hold(db, who)
        if of_draft:
            saved = await drafts.lock(db, who, given.subject)
            organization = saved.draft.organization or await participants.organization_of(db, who)
            where = (who.municipality, organization, saved.draft.direction or None)
        else:
            initiative = await authorship.lock(db, who, given.subject)
            where = await _where(db, who, initiative, at.now)
        request = Request(
            uuid_utils.compat.uuid7(),
            where[0],
            who.campaign,
            who.participant_id,
            given.kind,
            given.subject,
            *where[1:],
            text=text,
            requested_at=at.now,
            due_at=promised(known, where[0], at.now),
        )
        await _open(db, known.picture, request)
        return await idempotency.keep(db, at, Moved(request.id, request.status))


async def ask_for_author(pool: Pool, known: Subordination, by: Staff, given: AskingFor, at: Moment) -> Moved:
    """The same for an initiative of somebody who has told one of the staff that they need help.

    Raises Forbidden, NotFound for one of elsewhere, Conflict for one without an author and as above, Invalid.
    """
    text, campaign = check_word(given.text, "text"), known.campaign
    if not (places := places_of(by, Deed.ASK_HELP)):
        raise Forbidden(RIGHTS[Deed.ASK_HELP][1])
    check_days(campaign, at.now, campaign.close_until)
    async with pool.acquire() as db, db.transaction():
        if asked := await idempotency.earlier(db, at, Moved):
            return asked
        await tenancy.see(db, *places)
        found = await requests.initiative_named(db, places, campaign.id, given.number, given.initiative)
        if found is None:
            raise NotFound("help-initiative-unknown", field="number")
        if found.participant_id is None:
            raise Conflict("help-no-author", field="number")
        entry = await participants.find(db, found.participant_id)
        await tenancy.see(db, found.municipality, entry.tenant)
        who = Author(found.participant_id, entry.tenant, campaign.id, "")
        await participants.hold(db, who)
        there = Author(found.participant_id, found.municipality, campaign.id, "")
        initiative = await initiatives.lock(db, there, found.id)
        if initiative is None:
            raise NotFound("help-initiative-unknown", field="number")
        municipality, organization, direction = await _where(db, who, initiative, at.now)
        request = Request(
            uuid_utils.compat.uuid7(),
            municipality,
            campaign.id,
            found.participant_id,
            HelpSubject.INITIATIVE,
            found.id,
            organization,
            direction,
            text=text,
            requested_at=at.now,
            due_at=promised(known, municipality, at.now),
            requested_by=by.account,
            inquiry=given.inquiry,
        )
        await _open(db, known.picture, request)
        await audit.note(db, municipality, by, at.now, HELP_ASKED, request.id)
        return await idempotency.keep(db, at, Moved(request.id, request.status))


async def _where(
    db: Db, who: Author, initiative: Initiative, now: datetime
) -> tuple[str, UUID | None, str | None]:
    """In which municipality an initiative is helped with, whose organization's line helps, its direction."""
    await course.check_open(db, initiative, now, "help-initiative-closed")
    organization = initiative.organization
    if organization is None and initiative.municipality == who.municipality:
        organization = await participants.organization_of(db, who)
    return initiative.municipality, organization, initiative.direction


async def _open(db: Db, picture: Picture, request: Request) -> None:
    if not await requests.add(db, request):
        raise Conflict("help-asked-already")
    await outbox.publish(db, request.event(HelpRequested, picture.campaign(request.campaign)))
