"""One initiative as its page shows it: what happened to it, who holds it, what may be decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.initiatives import InitiativeStatus
from services.chassis.db import tenancy
from services.chassis.db.pool import Db, Pool
from services.chassis.errors import Forbidden
from services.chassis.web.forms import Option
from services.directory.due import group_name
from services.directory.grants import Staff
from services.directory.initials import signed
from services.intake.attachments.domain.attachments import Attachment, Holder
from services.intake.attachments.store import attachments
from services.intake.core.authority import Deed, may
from services.intake.determination.commands.undo_decision import is_theirs
from services.intake.determination.domain.bodies import bodies_of, deciding
from services.intake.determination.domain.decisions import FROM, Kind
from services.intake.determination.reading import listing
from services.intake.determination.reading.listing import Looking, sees
from services.intake.determination.reading.wording import Rewritten, rewritten
from services.intake.determination.showing import (
    CORRECTED,
    LEVELS,
    STATUSES,
    TAKEN,
    Row,
    body_name,
    direction_of,
    row,
)
from services.intake.determination.store import decisions, issues, lists
from services.intake.determination.store.decisions import Taken
from services.intake.determination.store.issues import Issue
from services.intake.initiatives.domain import UNDONE_WITHIN, Initiative, Step
from services.intake.initiatives.store import course, initiatives


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of the history: what, when, by which body and who of it, and in which words."""

    what: str
    at: datetime
    by: str = ""
    text: str = ""
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """An initiative, and all that those see of it who decide on it."""

    initiative: Initiative
    row: Row
    holder: str
    history: Sequence[Happened]
    offered: Sequence[Kind]
    undoable: UUID | None
    into: Initiative | None
    marks: Sequence[Issue]
    issues: Sequence[Issue]
    keeps: bool
    """Whether the viewer keeps the municipality's key issues."""
    rewritten: Sequence[Rewritten]
    files: Sequence[Attachment] = ()
    helped_by: str = ""
    """Who entered it for its author, who was there in person."""

    @property
    def issue_options(self) -> list[Option]:
        """The open key issues that it does not belong to."""
        return [Option(str(each.id), each.name) for each in self.issues]


async def read(pool: Pool, looking: Looking, who: Staff, id_: UUID, query: str = "") -> Case:
    """One that somebody sees. Raises NotFound for any other."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *looking.places)
        initiative = await listing.one(db, looking, id_)
        steps = await initiatives.history(db, initiative)
        taken = (await decisions.of_initiatives(db, looking.places, [id_]))[id_]
        into = await _into(db, looking, initiative)
        wordings = (await course.wordings_of(db, [initiative]))[id_]
        helped = await course.helped_by(db, initiative)
        files = await shown_files(db, initiative)
        marks = await issues.of_initiative(db, initiative.municipality, id_)
        keeps = may(who, Deed.KEEP_ISSUES, initiative.municipality)
        every = await issues.every(db, [initiative.municipality], looking.campaign.id) if keeps else []
    return Case(
        initiative=initiative,
        row=row(looking, looking.shown(initiative), query),
        holder=_holder(looking, initiative),
        history=_history(looking, steps, taken),
        offered=offered(looking, who, initiative),
        undoable=_undoable(looking, who, initiative, taken),
        into=into,
        marks=marks,
        issues=[each for each in every if each.closed_at is None and each.id not in {m.id for m in marks}],
        keeps=keeps,
        rewritten=rewritten(initiative, wordings),
        helped_by=LEVELS[helped] if helped else "",
        files=files,
    )


async def shown_files(db: Db, initiative: Initiative) -> list[Attachment]:
    """The files that may be downloaded of an initiative that is seen."""
    found = await attachments.of(db, Holder(initiative.municipality, initiative.id))
    return [each for each in found if each.is_shown]


async def files_of(pool: Pool, looking: Looking, id_: UUID) -> list[Attachment]:
    """The same of one that somebody sees. Raises NotFound for any other."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *looking.places)
        return await shown_files(db, await listing.one(db, looking, id_))


async def file_of(pool: Pool, looking: Looking, id_: UUID, file_id: UUID) -> Attachment:
    """One of them. Raises NotFound for any other, and for those of initiatives that are not seen."""
    async with pool.acquire() as db, db.transaction():
        await tenancy.see(db, *looking.places)
        initiative = await listing.one(db, looking, id_)
        return await attachments.one_of(db, Holder(initiative.municipality, initiative.id), file_id)


def offered(looking: Looking, who: Staff, initiative: Initiative) -> list[Kind]:
    """What somebody may decide on it as it stands."""
    if initiative.campaign != looking.campaign.id:
        return []
    group = looking.known.group_for(initiative.municipality, initiative.direction, None, looking.now)
    bodies = bodies_of(who, initiative.municipality, group.id if group else None)
    found = []
    for kind in Kind:
        try:
            deciding(bodies, kind, looking.campaign)
        except Forbidden:
            continue
        if looking.status_of(initiative.status) in FROM[kind]:
            found.append(kind)
    return found


async def _into(db: Db, looking: Looking, initiative: Initiative) -> Initiative | None:
    if initiative.merged_into is None:
        return None
    found = await lists.one(db, looking.places, initiative.merged_into)
    return found if found and sees(looking.sights, found) else None


def _holder(looking: Looking, initiative: Initiative) -> str:
    """Who is to decide; nobody where nothing is to be decided."""
    if initiative.status is InitiativeStatus.RETURNED:
        return "Автор: дорабатывает текст"
    by_coordination = looking.campaign.life.put_forward_by == "coordination"
    if initiative.status is InitiativeStatus.DETERMINED and by_coordination:
        return "Координационная группа"
    if not initiative.is_open:
        return ""
    group = looking.known.group_for(initiative.municipality, initiative.direction, None, looking.now)
    return group_name(looking.known.picture, group) if group else "Координационная группа"


def _history(looking: Looking, steps: Sequence[Step], taken: Sequence[Taken]) -> list[Happened]:
    by_version = {each.version: each for each in taken}
    # What takes a decision back follows it at once, or it could not be taken back.
    undone = {each.version + 1 for each in taken if each.undone_at}
    found = []
    for step in steps:
        if (decision := by_version.get(step.version)) is not None:
            found.append(_decided(looking, decision))
        elif step.version in undone:
            found.append(Happened("Решение отменено", step.happened_at))
        else:
            # Why it was withdrawn is the author's alone.
            found.append(Happened(_done_by_author(step), step.happened_at))
    return found


def _done_by_author(step: Step) -> str:
    if step.note:
        return "Исправлено автором: " + ", ".join(CORRECTED.get(word, word) for word in step.note.split())
    return "Подана" if step.version == 1 else STATUSES[step.status]


def _decided(looking: Looking, taken: Taken) -> Happened:
    reasons = {term.code: term.name for term in looking.campaign.life.reasons}
    said = [reasons.get(taken.reason, taken.reason), taken.text]
    if taken.kind is Kind.TRANSFER:
        said.insert(0, f"Было направление «{direction_of(looking, taken.before.direction)}»")
    by = _by(looking, taken)
    text = "\n".join(filter(None, said))
    return Happened(TAKEN[taken.kind], taken.decided_at, by, text, taken.undone_at is not None)


def _by(looking: Looking, taken: Taken) -> str:
    """Who decided; the staff of another municipality by their level alone."""
    if taken.decided_in is not None and taken.decided_in not in looking.places:
        return LEVELS[taken.body.level]
    body = body_name(looking.known, taken.body) if taken.body.group else LEVELS[taken.body.level]
    return ", ".join(filter(None, (body, signed(taken.name))))


def _undoable(looking: Looking, who: Staff, initiative: Initiative, taken: Sequence[Taken]) -> UUID | None:
    """The decision that may still be taken back: the last, within its minutes, by whoever decides there."""
    last = taken[-1] if taken else None
    if last is None or last.undone_at or last.version != initiative.version or not is_theirs(who, last):
        return None
    return last.id if looking.now <= last.decided_at + UNDONE_WITHIN else None
