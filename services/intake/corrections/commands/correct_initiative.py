"""Correct where an initiative is counted: its municipality, organization, direction or form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.chassis.db import idempotency, tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Checks, Conflict, Invalid
from services.chassis.streams import outbox
from services.directory.region import Picture
from services.intake.core.domain import Author, check_classifier, check_days
from services.intake.corrections import domain as rules
from services.intake.corrections.domain import Move, Place
from services.intake.corrections.store import moves as store
from services.intake.initiatives.domain import Initiative, check_direction
from services.intake.initiatives.store import authorship, course
from services.intake.participants.store import participants


@dataclass(frozen=True, slots=True)
class Correction:
    """What is different from now on; nothing: as it was. An organization may also be none from now on."""

    initiative: UUID
    municipality: str | None = None
    direction: str | None = None
    form: str | None = None
    organization: UUID | None = None
    keeps_organization: bool = True
    """As far as its figures count in the municipality."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """An initiative as it is counted from now on."""

    id: UUID
    number: int
    status: InitiativeStatus
    municipality: str
    organization: UUID | None
    direction: str


async def correct_initiative(
    pool: Pool, picture: Picture, who: Author, given: Correction, at: Moment
) -> Corrected:
    """The figures follow, and its history goes along; one that is there already stays as it is.

    Raises NotFound for a foreign one, Forbidden for a co-author's, Conflict outside the days, for one that is
    closed and for leaving those behind that were merged into it, Invalid with everything wrong.
    """
    async with pool.acquire() as db, db.transaction():
        if corrected := await idempotency.earlier(db, at, Corrected):
            return corrected
        await tenancy.see(db, who.municipality)
        await participants.hold(db, who)
        initiative = await authorship.lock(db, who, given.initiative)
        campaign = picture.campaign(initiative.campaign)
        check_days(campaign, at.now, campaign.close_until)
        await course.check_open(db, initiative, at.now, "correction-closed")
        move = rules.correct(initiative, _place(picture, campaign, initiative, given), at.now, campaign)
        if move is not None and move.crosses:
            await _check_alone(db, initiative)
        if move is not None:
            await outbox.publish(db, *await move_all(db, who, [move], campaign, at.now))
        return await idempotency.keep(db, at, _corrected(move.after if move else initiative))


async def move_all(
    db: Db, who: Author, moves: Sequence[Move], campaign: CampaignDefined, now: datetime
) -> list[Event]:
    """Move locked initiatives of an author, `who` as registered from now on; what is told of it."""
    places = {code for move in moves for code in (move.before.municipality, move.after.municipality)}
    await tenancy.see(db, who.municipality, *places)
    await store.save(db, moves, now)
    await store.save_authorships(db, who, moves, now)
    return [event for move in moves for event in rules.told(move, campaign)]


async def _check_alone(db: Db, initiative: Initiative) -> None:
    if await store.merged_into(db, initiative.municipality, [initiative.id]):
        raise Conflict("correction-merged", field="municipality", number=initiative.number)


def _place(picture: Picture, campaign: CampaignDefined, initiative: Initiative, given: Correction) -> Place:
    checks = Checks()
    municipality, direction = given.municipality, given.direction
    classifiers = initiative.classifiers
    moves = municipality is not None and municipality != initiative.municipality
    if moves:
        checks.take(lambda: picture.municipality(municipality or ""))
    if direction is not None and direction != initiative.direction:
        checks.take(lambda: check_direction(campaign, direction))
    if given.form is not None and given.form != classifiers.get("form"):
        form = checks.take(lambda: check_classifier(campaign, "initiative", {"form": given.form}))
        classifiers = classifiers | (form or {})
    there = (municipality if moves else None) or initiative.municipality
    organization = initiative.organization
    # Of an unknown municipality any organization would be elsewhere.
    if there in picture.municipalities and not (given.keeps_organization and not moves):
        organization = checks.take(lambda: organization_in(picture, there, initiative, given))
    checks.settle()
    return Place(there, organization, direction or initiative.direction, classifiers)


def organization_in(
    picture: Picture, municipality: str, initiative: Initiative, given: Correction
) -> UUID | None:
    """The organization that is named, or the one before if it counts there. Raises Invalid."""
    if not given.keeps_organization:
        if given.organization != initiative.organization or municipality != initiative.municipality:
            picture.check_organization(given.organization, municipality)
        return given.organization
    try:
        picture.check_organization(initiative.organization, municipality)
    except Invalid:
        return None
    return initiative.organization


def _corrected(i: Initiative) -> Corrected:
    return Corrected(i.id, i.number, i.status, i.municipality, i.organization, i.direction)
