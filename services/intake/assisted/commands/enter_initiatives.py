"""Enter initiatives for people: each row is stored or comes back with everything that is wrong with it."""

from dataclasses import dataclass
from uuid import UUID

import uuid_utils.compat

from contracts.appointments import Level
from contracts.initiatives import InitiativeSubmitted
from services.chassis.db import idempotency
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import Checks, Forbidden, Invalid, NotFound, Refused
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.assisted.commands.register_in_person import Newcomer, People, check_different
from services.intake.assisted.domain import (
    AUTHORS_MOST,
    ROWS_MOST,
    Alike,
    Entered,
    Entering,
    Known,
    Row,
    RowError,
    RowResult,
)
from services.intake.assisted.reach import level_for
from services.intake.assisted.store import entered
from services.intake.assisted.store.entered import Helped, Stored
from services.intake.co_authors.store import co_authors
from services.intake.core.authority import RIGHTS, Deed, authority
from services.intake.core.domain import INITIATIVE_ENTERED, check_classifier, check_days
from services.intake.core.store import audit
from services.intake.initiatives.domain import Initiative, begins_as, check_direction, check_text
from services.intake.initiatives.store import authorship, initiatives
from services.intake.initiatives.store.authorship import Elsewhere, Role
from services.intake.initiatives.store.initiatives import New
from services.intake.participants.digests import Pepper
from services.intake.participants.store.participants import Entry


async def enter_initiatives(
    pool: Pool, known: Subordination, pepper: Pepper, by: Staff, given: Entering, at: Moment
) -> Entered:
    """Good rows are stored, whatever the others are; a key that was stored before has its earlier result.

    Raises NotFound, Forbidden for an organization that is not the sender's, Conflict outside the days,
    Invalid for no rows and too many.
    """
    campaign, level = known.campaign, _level(known, by, given, at)
    if not 1 <= len(given.rows) <= ROWS_MOST:
        raise Invalid("rows-too-many", field="rows", limit=ROWS_MOST, count=len(given.rows))
    check_days(campaign, at.now, campaign.last_day)
    known.picture.municipality(given.municipality)
    known.picture.check_organization(given.organization, given.municipality)
    async with pool.acquire() as db, db.transaction():
        if done := await idempotency.earlier(db, at, Entered):
            return done
        people = People(db, campaign, pepper, by, given, at)
        await people.see()
        await entered.hold(db, given.municipality)
        before = await entered.stored(db, given.municipality, [row.key for row in given.rows])
        desk = Desk(people, level, before)
        results = [await desk.enter(nth, row) for nth, row in enumerate(given.rows, 1)]
        return await idempotency.keep(db, at, Entered(tuple(results)))


def _level(known: Subordination, by: Staff, given: Entering, at: Moment) -> Level:
    authority(by, Deed.ENTER, given.municipality)
    if level := level_for(by, known, given.municipality, given.organization, at.now):
        return level
    raise Forbidden(RIGHTS[Deed.ENTER][1])


@dataclass(slots=True)
class Desk:
    """Stores the rows of one request, one after another, in its transaction."""

    people: People
    level: Level
    before: dict[UUID, Stored]
    """What is stored under a key already."""

    async def enter(self, nth: int, row: Row) -> RowResult:
        """Store a row with its people, or say everything that is wrong with it; then nothing of it is
        stored."""
        if row.key not in self.before:
            try:
                draft, authors = self._checked(row)
                people = await self._looked_up(authors)
            except Refused as refusal:
                return RowResult(nth, row.key, errors=tuple(map(_error, refusal.every())))
            if alike := await self._alike(people):
                return RowResult(nth, row.key, errors=_look_at(alike), alike=alike)
            self.before[row.key] = await self._store(row, draft, people)
        stored = self.before[row.key]
        return RowResult(nth, row.key, stored.id, stored.number, authors=stored.authors)

    def _checked(self, row: Row) -> "tuple[Draft, list[Newcomer | Known]]":
        """What the row says, as it is stored. Raises Invalid with everything wrong."""
        campaign, checks = self.people.campaign, Checks()
        direction = checks.take(lambda: check_direction(campaign, row.direction))
        classifiers = checks.take(lambda: check_classifier(campaign, "initiative", {"form": row.form}))
        title = checks.take(lambda: check_text("title", row.title, campaign.limits.title))
        text = checks.take(lambda: check_text("text", row.text, campaign.limits.text))
        checks.take(lambda: _check_count(row))
        authors: list[Newcomer | Known] = []
        for nth, author in enumerate(row.authors[:AUTHORS_MOST]):
            try:
                authors.append(author if isinstance(author, Known) else self.people.newcomer(nth, author))
            except Refused as refusal:
                checks.note(refusal)
        checks.settle()
        check_different([(nth, one) for nth, one in enumerate(authors) if isinstance(one, Newcomer)])
        return Draft(direction, classifiers, title, text), authors

    async def _looked_up(self, authors: "list[Newcomer | Known]") -> list[Entry | Newcomer]:
        """Where each is registered, if so. Raises Invalid for unknown ones and for those there twice."""
        checks, found = Checks(), list[Entry | Newcomer]()
        for nth, author in enumerate(authors):
            try:
                person = await self.people.look_up(author)
            except NotFound:
                checks.note(Invalid("author-unknown", field=f"authors.{nth}.participant"))
                continue
            if person in found:
                checks.note(Invalid("author-twice", field=f"authors.{nth}.name"))
            found.append(person)
        checks.settle()
        return found

    async def _alike(self, people: list[Entry | Newcomer]) -> tuple[Alike, ...]:
        newcomers = [(nth, person) for nth, person in enumerate(people) if isinstance(person, Newcomer)]
        return tuple([alike for each in newcomers for alike in await self.people.alike(*each)])

    async def _store(self, row: Row, draft: "Draft", authors: list[Entry | Newcomer]) -> Stored:
        people, db, now = self.people, self.people.db, self.people.at.now
        first, *others = [
            await people.register(author) if isinstance(author, Newcomer) else author for author in authors
        ]
        initiative = await self._initiative(first, draft)
        submitted = initiative.event(InitiativeSubmitted, people.campaign)
        await initiatives.submit(db, [New(initiative, submitted)])
        if first.tenant != initiative.municipality:
            there = Elsewhere(initiative.id, initiative.municipality, Role.AUTHOR)
            await authorship.keep(db, first.participant_id, there, now)
        await co_authors.add_entered(db, initiative, [entry.participant_id for entry in others], now)
        for entry in others:
            there = Elsewhere(initiative.id, initiative.municipality, Role.CO_AUTHOR)
            await authorship.keep(db, entry.participant_id, there, now)
        who = tuple(entry.participant_id for entry in (first, *others))
        helped = Helped(row.key, people.entering.session, people.by.account, self.level)
        await entered.add(db, initiative, helped, who, now)
        await audit.note(db, initiative.municipality, people.by, now, INITIATIVE_ENTERED, initiative.id)
        return Stored(initiative.id, initiative.number, who)

    async def _initiative(self, author: Entry, draft: "Draft") -> Initiative:
        people = self.people
        prepared = (await initiatives.prepare(people.db, people.places, [people.author(author)]))[0]
        return Initiative(
            id=uuid_utils.compat.uuid7(),
            number=prepared.number,
            campaign=people.campaign.id,
            municipality=people.entering.municipality,
            participant_id=author.participant_id,
            organization=people.entering.organization,
            direction=draft.direction,
            classifiers=prepared.classifiers | draft.classifiers,
            title=draft.title,
            text=draft.text,
            submitted_at=people.at.now,
            status=begins_as(people.campaign),
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row says of its initiative, checked."""

    direction: str
    classifiers: dict[str, str]
    title: str
    text: str


def _check_count(row: Row) -> None:
    if not row.authors:
        raise Invalid("author-missing", field="authors.0.name")
    if len(row.authors) > AUTHORS_MOST:
        raise Invalid("authors-too-many", field="authors", limit=AUTHORS_MOST, count=len(row.authors))


def _error(refusal: Refused) -> RowError:
    facts = {name: fact if isinstance(fact, int) else str(fact) for name, fact in refusal.facts.items()}
    return RowError(refusal.field, refusal.slug, facts)


def _look_at(alike: tuple[Alike, ...]) -> tuple[RowError, ...]:
    whose = dict.fromkeys(one.author for one in alike)
    return tuple(RowError(f"authors.{nth}.name", "person-alike", {}) for nth in whose)
