"""A case as its page shows it: who asks, what was said, the clocks, and what may be done next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.appointments import Level, Step, WorkingGroupDefined
from contracts.hotline import InquiryStatus
from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Invalid, NotFound
from services.chassis.text import one_line
from services.chassis.web.forms import Option
from services.directory import due
from services.directory.due import Told
from services.directory.grants import Staff
from services.directory.region import alphabet
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.domain.themes import Theme
from services.hotline.core.region import Known
from services.hotline.core.store import colleagues, themes
from services.hotline.desk.domain.drafts import Draft
from services.hotline.desk.showing import CHANNELS, KINDS, LEVELS, STATUSES, STEPS
from services.hotline.desk.store import drafts
from services.hotline.inquiries.commands.stepping import supervising
from services.hotline.inquiries.domain.clocks import Clock
from services.hotline.inquiries.domain.inquiries import Inquiry
from services.hotline.inquiries.domain.viewers import Viewer, holders_of
from services.hotline.inquiries.store import clocks, inquiries, lists
from services.hotline.inquiries.store.inquiries import Asked, Entry
from services.hotline.inquiries.store.lists import Listed, Wanted
from services.hotline.mailbox.store import letters
from services.hotline.mailbox.store.letters import Kept

EARLIER = 5
"""Cases of the same telephone or address that stand beside it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A step's clock in words."""

    step: str
    told: Told


@dataclass(frozen=True, slots=True)
class Said:
    """An entry of a case, or of an inquiry that was merged into it: then with the number of that. `inquiry`
    has the letter behind it and its files."""

    entry: Entry
    inquiry: UUID
    number: int | None
    wholes: Sequence[str]
    files: Sequence[Kept]


@dataclass(frozen=True, slots=True)
class Shown:
    """A case, with everything that its page says."""

    inquiry: Inquiry
    asked: Asked
    entries: Sequence[Said]
    lines: Sequence[Line]
    earlier: Sequence[Listed]
    themes: Sequence[Theme]
    place: str
    organization: str
    theme: str
    mine: bool
    supervises: bool
    draft: Draft | None
    colleagues: Sequence[Option]

    @property
    def status(self) -> str:
        """Its state in a word."""
        return STATUSES[self.inquiry.status]

    @property
    def status_kind(self) -> str:
        """The colour beside it."""
        return KINDS[self.inquiry.status]

    @property
    def channel(self) -> str:
        """How it came."""
        return CHANNELS[self.inquiry.channel]

    @property
    def level(self) -> str:
        """At which level it is."""
        return LEVELS[self.inquiry.holder.level]

    @property
    def has_link(self) -> bool:
        """Whether the initiator has a link, which may be revoked."""
        return self.asked.has_link(self.inquiry.channel)

    @property
    def offered(self) -> bool:
        """Whether it waits to be accepted."""
        return self.inquiry.status is InquiryStatus.TRANSFERRED


async def read(pool: Pool, known: Known, who: Staff, id_: UUID, now: datetime) -> Shown:
    """A case within somebody's reach. Raises NotFound."""
    viewer = Viewer.of(who)
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
        inquiry = await inquiries.one(db, id_)
        passed = await inquiries.levels(db, inquiry)
        if not viewer.sees(inquiry, passed):
            raise NotFound("inquiry-unknown")
        asked = await inquiries.asked(db, inquiry)
        entries = await _said(db, viewer, inquiry)
        running = await clocks.of_inquiry(db, inquiry)
        every = await themes.every(db)
        draft = await drafts.of(db, inquiry.municipality, who.account, str(id_))
        supervises = await supervising(db, known, who, inquiry, now)
        sharing = holders_of(passed)
        here = await colleagues.seeing(db, inquiry.municipality, sharing, now) if supervises else []
        initiator = asked.initiator
        sought = Wanted(q=initiator.phone or initiator.email, limit=EARLIER + 1)
        named = await lists.named(db, viewer, sought) if sought.q else []
    organization = known.picture.organizations.get(inquiry.organization) if inquiry.organization else None
    return Shown(
        inquiry=inquiry,
        asked=asked,
        entries=entries,
        lines=[*_promised(known, inquiry, running, now), *(_line(known, c, now) for c in running.values())],
        draft=draft,
        colleagues=[
            Option(str(one.account), one.name) for one in here if one.account != inquiry.holder.account
        ],
        earlier=[each for each in named if each.id != inquiry.id][:EARLIER],
        themes=[theme for theme in every if not theme.removed or theme.code == inquiry.theme],
        place=known.picture.name_of(inquiry.municipality),
        organization=organization.name if organization else "",
        theme=next((theme.name for theme in every if theme.code == inquiry.theme), inquiry.theme),
        mine=inquiry.holder.account == who.account,
        supervises=supervises,
    )


async def _said(db: Db, viewer: Viewer, inquiry: Inquiry) -> list[Said]:
    """What was said of a case and of everything that was merged into it, in order of time."""
    said = await _said_of(db, inquiry, None)
    for merged in await inquiries.merged(db, inquiry):
        sees = viewer.sees(merged, await inquiries.levels(db, merged))
        # Its words belong to this case; its files open to those who see the inquiry itself.
        every = await _said_of(db, merged, merged.number)
        said += every if sees else [replace(each, files=()) for each in every]
    return sorted(said, key=lambda each: each.entry.at)


async def _said_of(db: Db, inquiry: Inquiry, number: int | None) -> list[Said]:
    brought = await letters.brought(db, inquiry.municipality, inquiry.id)
    return [
        Said(e, inquiry.id, number, brought.whole_of(e.nth), brought.files_of(e.nth))
        for e in await inquiries.entries(db, inquiry)
    ]


def _promised(known: Known, inquiry: Inquiry, running: Mapping[Step, Clock], now: datetime) -> list[Line]:
    """What the initiator was promised, while it runs: the queue says the same."""
    if not inquiry.is_open or inquiry.times.waiting_since is not None:
        return []
    promise, answered = inquiry.promise, inquiry.times.first_answered_at
    due_at = promise.first_answer_due_at if answered is None else promise.answer_due_at
    schedule = known.schedule_of(promise.regulation_of, promise.regulation, promise.zone)
    warned = any(clock.warned and not clock.breached for clock in running.values())
    return [Line("Обещано заявителю", due.clock(schedule, due_at, now, warned=warned))]


def _line(known: Known, clock: Clock, now: datetime) -> Line:
    if clock.left is not None:
        told = Told("ждём заявителя, срок стоит", "quiet")
    else:
        schedule = known.schedule_of(clock.regulation_of, clock.regulation, clock.zone)
        told = due.clock(schedule, clock.due_at, now, warned=clock.warned)
    return Line(STEPS[clock.step], told)


async def is_seen(pool: Pool, who: Staff, id_: UUID) -> bool:
    """Whether a case is within somebody's reach: what they write down for a line need not be."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
        inquiry = await inquiries.one(db, id_)
        return Viewer.of(who).sees(inquiry, await inquiries.levels(db, inquiry))


async def numbered(pool: Pool, who: Staff, number: str) -> UUID:
    """The case of this number within somebody's reach. Raises Invalid."""
    text = one_line(number).removeprefix("№").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Invalid("merge-number", field="into")
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *places_of(who, Deed.SEE_CASES))
        found = await lists.named(db, Viewer.of(who), Wanted(q=text))
    for each in found:
        if each.number == int(text):
            return each.id
    raise Invalid("merge-unknown", field="into", number=text)


def holders(known: Known, inquiry: Inquiry, now: datetime) -> list[Option]:
    """To whom a case may be offered, the working group that answers for its theme first; nobody between two
    campaigns."""
    if not any(campaign.open for campaign in known.picture.campaigns.values()):
        return []
    here, organization = known.server_of(inquiry.municipality, now), inquiry.organization
    proposed = known.group_for(inquiry.municipality, inquiry.direction, organization, now)
    groups = sorted(known.groups_of(here), key=lambda group: group != proposed)
    found = [_group(known, group, group == proposed) for group in groups if group.id != inquiry.holder.group]
    if organization and inquiry.holder.level is not Level.COORDINATOR:
        found.append(Option(f"{Level.COORDINATOR}:{organization}", "Координатор организации"))
    if inquiry.holder.level not in (Level.COORDINATION, Level.HEAD):
        found.append(Option(f"{Level.COORDINATION}:", "Координационная группа"))
    return found


def _group(known: Known, group: WorkingGroupDefined, proposed: bool) -> Option:
    names = {term.code: term.name for term in known.campaign.directions}
    covered = "все направления" if group.covers_all else ", ".join(names.get(d, d) for d in group.directions)
    hint = "отвечает за эту тему" if proposed else ""
    return Option(f"{Level.GROUP}:{group.id}", f"Рабочая группа: {covered}", hint)


def organizations(known: Known, inquiry: Inquiry) -> list[Option]:
    """Those of its municipality, by the alphabet; the one that it has too, if it was closed meanwhile."""
    founders = known.picture.founders(inquiry.municipality)
    every = known.picture.organizations.values()
    here = (o for o in every if (o.founder in founders and not o.closed) or o.id == inquiry.organization)
    return sorted((Option(str(o.id), o.name) for o in here), key=lambda each: alphabet(each.name))
