"""Apply a letter to the inquiries of a line: it opens one, goes on with one, or says something of a letter of
ours; in one transaction, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import uuid_utils.compat

from contracts.hotline import Channel
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.chassis.process.files import Files
from services.hotline.core.region import Known
from services.hotline.core.store import themes
from services.hotline.inquiries.commands.open_inquiry import Question, opened
from services.hotline.inquiries.commands.reply_to_inquiry import Reply, replied
from services.hotline.inquiries.domain.texts import QUESTION_LONGEST
from services.hotline.inquiries.store import inquiries, threads
from services.hotline.inquiries.store.inquiries import Entry, Initiator
from services.hotline.inquiries.store.threads import Thread
from services.hotline.mailbox.domain import judging
from services.hotline.mailbox.domain.boxes import Box
from services.hotline.mailbox.domain.judging import HOURLY_MOST, OFTEN, Judgement, Outcome
from services.hotline.mailbox.domain.letters import Letter, key_of
from services.hotline.mailbox.domain.senders import Author
from services.hotline.mailbox.domain.threads import bare, number_in
from services.hotline.mailbox.store import letters
from services.hotline.mailbox.store.letters import Kept, Taken

THEME = "other"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Case:
    """A letter, to which line it came, and what is to be done with it. `often`: its sender has written too
    much to be answered."""

    known: Known
    box: Box
    letter: Letter
    judgement: Judgement
    often: bool
    now: datetime

    @property
    def quiet(self) -> bool:
        """Whether no letter of ours may answer it."""
        address = judging.address_of(self.letter)
        program = self.letter.author is not Author.PERSON
        ours = address in self.box.lines or address == self.box.sender
        return self.often or program or not address or ours

    @property
    def text(self) -> str:
        """What stands in the history."""
        return judging.words_of(self.letter, QUESTION_LONGEST)[0]

    @property
    def whole(self) -> str:
        """The letter with what it quotes, if that is more."""
        return "" if self.letter.whole in (self.text, "") else self.letter.whole

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell whoever works on it."""
        often = (OFTEN.format(most=HOURLY_MOST),) if self.often else ()
        cut = judging.words_of(self.letter, QUESTION_LONGEST)[1]
        return (*self.judgement.notes, *cut, *self.letter.notes, *often)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter went: the inquiry."""

    municipality: str
    id: UUID


async def written(files: Files, box: Box, letter: Letter) -> list[tuple[Kept, str]]:
    """Write a letter's files, before anything names them: again under the same keys, if it comes to that.
    Raises Unavailable."""
    kept = []
    for nth, file in enumerate(letter.files):
        key = key_of(box.municipality, letter.digest, nth)
        await files.write(key, file.body)
        kept.append((Kept(uuid_utils.compat.uuid7(), 0, file.name, file.media_type, len(file.body)), key))
    return kept


async def applied(
    db: Db,
    known: Known,
    box: Box,
    letter: Letter,
    files: list[tuple[Kept, str]],
    now: datetime,
    again: bool = False,
) -> Outcome:
    """What became of it, within the caller's transaction. Raises what opening and replying refuse."""
    # Before this transaction sees one line alone: a letter of any line's is ours.
    is_ours = bool(letter.message_id) and await threads.is_ours(db, letter.message_id)
    await tenancy.see(db, box.municipality, *box.reach)
    address = judging.address_of(letter)
    sender = sha256(f"{box.municipality} {address or letter.sender}".encode()).hexdigest()
    taken = Taken(box.municipality, uuid_utils.compat.uuid7(), letter.digest, sender, now, len(files))
    id_ = await letters.take(db, taken, Outcome.IGNORED, again)
    if id_ is None:
        await letters.write_again(db, taken)
        return Outcome.KNOWN
    named = await threads.named(db, letter.references, number_in(letter.subject))
    # A copy of a letter of ours may have lost its Message-ID on the way; its sender and its number are left.
    from_us = bool(address) and address == box.sender and number_in(letter.subject) is not None
    judgement = judging.judge(letter, named, is_ours, from_us=from_us)
    if judgement.outcome is Outcome.IGNORED:
        return Outcome.IGNORED
    recent = await letters.recent(db, box.municipality, sender, now - HOUR, HOURLY_MOST + 1)
    case = Case(known, box, letter, judgement, recent > HOURLY_MOST, now)
    place = await _said(db, case, named)
    # A reply may have gone on elsewhere, and narrowed what this transaction sees.
    await tenancy.see(db, box.municipality, *box.reach, place.municipality)
    await letters.keep(db, place.municipality, place.id, id_, case.whole, files)
    if judgement.outcome is not Outcome.NOTED:
        await _note(db, place, case.notes, now)
    await letters.settle(db, box.municipality, id_, judgement.outcome, place.id)
    return judgement.outcome


async def _said(db: Db, case: Case, named: Sequence[Thread]) -> Place:
    """What it says in the history of its inquiry."""
    thread = None if case.judgement.thread is None else named[case.judgement.thread]
    if thread is None:
        new = await opened(db, case.known, await _question(db, case), case.now)
        return Place(new.municipality, new.id)
    if case.judgement.outcome is Outcome.NOTED:
        place = Place(thread.municipality, thread.id)
        await _note(db, place, case.judgement.notes, case.now)
        return place
    reply = Reply(
        thread.municipality,
        thread.id,
        case.text,
        Channel.EMAIL,
        case.letter.sender_name,
        line=case.box.line,
        quiet=case.quiet,
        message_id=case.letter.message_id,
    )
    found = await replied(db, case.known, reply, case.now)
    return Place(found.municipality, found.id)


async def _question(db: Db, case: Case) -> Question:
    letter = case.letter
    address = judging.address_of(letter)
    return Question(
        municipality=case.box.municipality,
        organization=None,
        theme=await themes.in_use(db, THEME),
        text=case.text,
        channel=Channel.EMAIL,
        initiator=Initiator(name=letter.sender_name or address or letter.sender, email=address),
        subject=bare(letter.subject),
        line=case.box.line,
        quiet=case.quiet,
        message_id=letter.message_id,
    )


async def _note(db: Db, place: Place, notes: Sequence[str], now: datetime) -> None:
    if notes:
        inquiry = await inquiries.one(db, place.id)
        await inquiries.note(db, inquiry, Entry("note", now, "\n".join(notes), inside=True))
