"""Submit an initiative whose author is a body: a working group, or the coordination group."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import Level
from contracts.initiatives import InitiativeSubmitted
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Forbidden, Invalid
from services.chassis.streams import outbox
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.authority import Deed, authority
from services.intake.core.domain import BODY_SUBMITTED, check_classifier, check_days
from services.intake.core.store import audit
from services.intake.determination.domain.bodies import Body, bodies_of
from services.intake.determination.store import decisions
from services.intake.initiatives.domain import (
    Draft,
    Initiative,
    begins_as,
    check_direction,
    check_text,
)


@dataclass(frozen=True, slots=True)
class OfBody:
    """What a body submits, in which municipality, and which one it is."""

    municipality: str
    body: Body
    draft: Draft


@dataclass(frozen=True, slots=True)
class SubmittedOfBody:
    """It is stored, and counts as submitted; nobody is registered by it."""

    id: UUID
    number: int


async def submit_of_body(
    pool: Pool, known: Subordination, by: Staff, given: OfBody, at: Moment
) -> SubmittedOfBody:
    """Its level stays with it, and it has no participant. Raises NotFound, Forbidden for a body that is not
    the sender's, Conflict outside the days, Invalid with everything wrong."""
    campaign = known.campaign
    authority(by, Deed.DETERMINE, given.municipality)
    if given.body not in bodies_for(by, known, given.municipality):
        raise Forbidden("not-yours-to-submit")
    check_days(campaign, at.now, campaign.last_day)
    draft, classifiers = _checked(known, given)
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, SubmittedOfBody):
            return done
        await tenancy.see(db, given.municipality)
        initiative = Initiative(
            id=uuid_utils.compat.uuid7(),
            number=await decisions.next_number(db),
            campaign=campaign.id,
            municipality=given.municipality,
            participant_id=None,
            organization=draft.organization,
            direction=draft.direction,
            classifiers=classifiers,
            title=draft.title,
            text=draft.text,
            submitted_at=at.now,
            status=begins_as(campaign),
            origin=given.body.level,
        )
        await decisions.submit(db, initiative)
        await outbox.publish(db, initiative.event(InitiativeSubmitted, campaign))
        await audit.note(db, given.municipality, by, at.now, BODY_SUBMITTED, initiative.id)
        return await idempotency.keep(db, at, SubmittedOfBody(initiative.id, initiative.number))


def bodies_for(by: Staff, known: Subordination, municipality: str) -> list[Body]:
    """In whose name somebody may submit in a municipality: its working groups', whoever acts for it, and the
    coordination group's."""
    groups = [g.id for g in known.groups.values() if not g.dissolved and g.campaign == known.campaign.id]
    found = [body for id_ in groups for body in bodies_of(by, municipality, id_)]
    return list(dict.fromkeys([*found, *bodies_of(by, municipality, None)]))


def _checked(known: Subordination, given: OfBody) -> tuple[Draft, dict[str, str]]:
    campaign, draft, checks = known.campaign, given.draft, Checks()
    checks.take(lambda: known.picture.municipality(given.municipality))
    direction = checks.take(lambda: check_direction(campaign, draft.direction))
    forms = {"form": draft.form}
    classifiers = checks.take(lambda: check_classifier(campaign, "initiative", forms))
    checks.take(lambda: known.picture.check_organization(draft.organization, given.municipality))
    title = checks.take(lambda: check_text("title", draft.title, campaign.limits.title))
    text = checks.take(lambda: check_text("text", draft.text, campaign.limits.text))
    checks.settle()
    return Draft(direction, draft.organization, draft.form, title, text), classifiers


def body_of(given: str) -> Body:
    """A body as a form names it: `coordination`, or a working group's id. Raises Invalid."""
    if given == Level.COORDINATION:
        return Body(Level.COORDINATION)
    try:
        return Body(Level.GROUP, UUID(given))
    except ValueError:
        raise Invalid("body-not-chosen", field="body") from None
