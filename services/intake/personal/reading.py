"""Everything that is stored about a participant: JSON, some of the initiatives at a time."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import orjson

from contracts.appointments import Level, Role
from contracts.initiatives import InitiativeStatus
from contracts.structure import CampaignDefined
from services.chassis.db import tenancy
from services.chassis.db.pool import Pool
from services.directory.region import Picture
from services.intake.attachments.domain.attachments import Attachment, Holder
from services.intake.attachments.store import attachments
from services.intake.core import choices
from services.intake.core.domain import Author, local
from services.intake.core.store import audit, sessions
from services.intake.help.domain.requests import Request
from services.intake.help.domain.suggestions import Suggestion
from services.intake.help.store import requests, suggestions
from services.intake.initiatives.course import Course, Passed, reason_of
from services.intake.initiatives.domain import Saved
from services.intake.initiatives.reading import courses
from services.intake.initiatives.store import authorship, drafts
from services.intake.initiatives.store.authorship import Role as Part
from services.intake.participants.domain import ConsentKind, Letters, Participant
from services.intake.participants.store import participants

LOOKS = 1000
"""Looks at one's data that are told of: the latest."""

TOGETHER = 200
"""Initiatives that are read at once: nobody's slow line holds a connection to the database."""


@dataclass(frozen=True, slots=True)
class Named:
    """What has a name beside its id or code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is to us. A name we know of those alone whom the staff registered, and no telephone
    number."""

    id: UUID
    name: str | None
    email: str
    municipality: Named
    organization: Named | None
    position: Named
    registered_at: datetime
    letters: Letters


@dataclass(frozen=True, slots=True)
class Recorded:
    """How the staff recorded a consent, and the paper's number, if there is a paper."""

    kind: ConsentKind
    day: date
    number: str


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent that was given; the text is the campaign's, as long as its version is the one of then.

    `recorded`: where the staff have registered the person.
    """

    version: str
    given_at: datetime
    text: str | None
    recorded: Recorded | None


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that still lives."""

    begun_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OneLook:
    """When somebody of the staff looked at one's data, and in which role; no role: with a right for a single
    request."""

    at: datetime
    role: Role | None


@dataclass(frozen=True, slots=True)
class OneStep:
    """A step in an initiative's history. `decision`: what a body of this level decided, and says of it."""

    status: InitiativeStatus
    at: datetime
    reason: str | None
    decision: str | None
    level: Level | None
    text: str | None


@dataclass(frozen=True, slots=True)
class OneWording:
    """What an initiative said before it was written anew."""

    title: str
    text: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class OneFile:
    """A file of an initiative or a draft; its content is downloaded there."""

    id: UUID
    name: str
    media_type: str
    size: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class OneInitiative:
    """An initiative of one's own, as its author or a co-author, with what happened to it."""

    id: UUID
    number: int
    role: Part
    status: InitiativeStatus
    municipality: str
    direction: str
    organization: UUID | None
    classifiers: dict[str, str]
    title: str
    text: str
    submitted_at: datetime
    history: list[OneStep]
    earlier: list[OneWording]
    files: list[OneFile]


@dataclass(frozen=True, slots=True)
class OneDraft:
    """A draft of one's own."""

    saved_at: datetime
    direction: str
    organization: UUID | None
    form: str
    title: str
    text: str
    files: list[OneFile]


@dataclass(frozen=True, slots=True)
class OneSuggestion:
    """What was suggested to a participant, and what they have answered."""

    suggested_at: datetime
    title: str
    text: str
    note: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class OneHelp:
    """A request for help of one's own."""

    requested_at: datetime
    subject: str
    status: str
    text: str
    ended_at: datetime | None
    suggestions: list[OneSuggestion]


@dataclass(frozen=True, slots=True)
class OwnData:
    """All of it but the initiatives, which follow page by page."""

    participant: Person
    consent: Consent
    sessions: list[Session]
    drafts: list[OneDraft]
    help: list[OneHelp]
    seen: list[OneLook]


@dataclass(frozen=True, slots=True)
class AllOwnData(OwnData):
    """All of it."""

    initiatives: list[OneInitiative]


async def own_data(pool: Pool, picture: Picture, who: Author) -> tuple[OwnData, int]:
    """What is stored of a participant, and how many initiatives. Raises NotFound."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        participant = await participants.present(db, who)
        wanted = await participants.letters_of(db, who)
        living = await sessions.living(db, who.participant_id, datetime.now(UTC))
        count, kept = await authorship.count_of(db, who), await drafts.all_of(db, who)
        asked = await requests.of_participant(db, who)
        said = [(each, await suggestions.of_request(db, each)) for each in asked]
        files = await attachments.of_many(db, [drafts.holder_of(who, saved.id) for saved in kept])
        # Whoever has moved was looked at where they were before, too.
        await tenancy.see(db, "*")
        looks = await audit.looks(db, who.participant_id, LOOKS)
    campaign = picture.campaign(participant.campaign)
    found = OwnData(
        _person(picture, campaign, participant, wanted),
        _consent(campaign, participant),
        [Session(*each) for each in living],
        [_draft(campaign, saved, files[drafts.holder_of(who, saved.id)]) for saved in kept],
        [_help(campaign, *each) for each in said],
        [OneLook(local(look.at, campaign), look.role) for look in looks],
    )
    return found, count


async def as_json(
    pool: Pool, picture: Picture, who: Author, data: OwnData, now: datetime
) -> AsyncIterator[bytes]:
    """`AllOwnData` as the participant is told of it, in pieces."""
    yield orjson.dumps(data, default=str)[:-1] + b',"initiatives":['
    before, between = None, b""
    while True:
        found = await _some(pool, picture, who, now, before)
        for one in found:
            yield between + orjson.dumps(one, default=str)
            between = b","
        if len(found) < TOGETHER:
            break
        before = found[-1].number
    yield b"]}"


async def _some(
    pool: Pool, picture: Picture, who: Author, now: datetime, before: int | None
) -> list[OneInitiative]:
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, who.municipality)
        found = await authorship.page_of(db, who, before, TOGETHER)
        told = await courses(db, found, now)
        holders = [Holder(own.initiative.municipality, own.initiative.id) for own in found]
        files = await attachments.of_many(db, holders)
    campaign = picture.campaign(who.campaign)
    return [
        _initiative(campaign, own.role, course, files[holder])
        for own, course, holder in zip(found, told, holders, strict=True)
    ]


def _person(picture: Picture, campaign: CampaignDefined, p: Participant, wanted: Letters) -> Person:
    municipality = picture.municipalities.get(p.municipality)
    organization = picture.organizations.get(p.organization) if p.organization else None
    position = p.classifiers.get("position", "")
    return Person(
        id=p.id,
        name=p.name,
        email=p.email or "",
        municipality=Named(p.municipality, municipality.name if municipality else ""),
        organization=Named(str(organization.id), organization.name) if organization else None,
        position=Named(position, choices.name_of(campaign, "position", position)),
        registered_at=local(p.registered_at or p.consented_at, campaign),
        letters=wanted,
    )


def _consent(campaign: CampaignDefined, p: Participant) -> Consent:
    text = campaign.consent.text if campaign.consent.version == p.consent_version else None
    given = p.in_person.consent if p.in_person else None
    recorded = Recorded(given.kind, given.day, given.number) if given else None
    return Consent(p.consent_version, local(p.consented_at, campaign), text, recorded)


def _draft(campaign: CampaignDefined, saved: Saved, files: Sequence[Attachment]) -> OneDraft:
    draft = saved.draft
    written = (draft.direction, draft.organization, draft.form, draft.title, draft.text)
    return OneDraft(local(saved.saved_at, campaign), *written, _files(campaign, files))


def _help(campaign: CampaignDefined, asked: Request, said: Sequence[Suggestion]) -> OneHelp:
    return OneHelp(
        local(asked.requested_at, campaign),
        asked.subject_kind,
        asked.status,
        asked.text or "",
        local(asked.ended_at, campaign) if asked.ended_at else None,
        [
            OneSuggestion(
                local(one.suggested_at, campaign), one.title, one.text, one.note, one.state, one.answer
            )
            for one in said
        ],
    )


def _files(campaign: CampaignDefined, files: Sequence[Attachment]) -> list[OneFile]:
    return [
        OneFile(each.id, each.name, each.media_type, each.size, local(each.added_at, campaign))
        for each in files
    ]


def _initiative(
    campaign: CampaignDefined, role: Part, course: Course, files: Sequence[Attachment]
) -> OneInitiative:
    """As one sees it: a co-author no file that is not shown yet."""
    one = course.initiative
    return OneInitiative(
        id=one.id,
        number=one.number,
        role=role,
        status=one.status,
        municipality=one.municipality,
        direction=one.direction,
        organization=one.organization,
        classifiers=one.classifiers,
        title=one.title,
        text=one.text,
        submitted_at=local(one.submitted_at, campaign),
        history=[_step(campaign, step) for step in course.steps],
        earlier=[
            OneWording(was.title, was.text, local(was.replaced_at, campaign)) for was in course.wordings
        ],
        files=_files(campaign, [each for each in files if each.is_shown or role is Part.AUTHOR]),
    )


def _step(campaign: CampaignDefined, step: Passed) -> OneStep:
    at, decided = local(step.at, campaign), step.decided
    if decided is None:
        return OneStep(step.status, at, step.reason, None, None, None)
    said = (reason_of(campaign, decided), decided.kind, decided.level, decided.text or None)
    return OneStep(step.status, at, *said)
