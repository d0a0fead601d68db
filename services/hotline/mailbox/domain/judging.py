"""What is to be done with a letter: it opens an inquiry, goes on with one, or says something of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from services.chassis.errors import Invalid
from services.chassis.mail.addresses import normalise_email
from services.hotline.mailbox.domain.letters import TEXT_CUT, Letter
from services.hotline.mailbox.domain.senders import Author

HOURLY_MOST = 10
"""Letters of one sender in an hour; whoever writes more is not answered, and everything is taken in."""

NO_TEXT = "Письмо без текста."
BOUNCED = "Наше письмо не дошло: почтовый сервер вернул его."
CAME_BACK = "Вернулось письмо с адреса, с которого пишем мы сами: ответа на него не нужно."
AWAY = "Пришёл автоответ: {text}"
STRANGE = (
    "Письмо называет обращение № {number}, но пришло с другого адреса, поэтому это новое обращение. "
    "Проверьте, не продолжение ли это."
)
UNANSWERABLE = "Ответить на письмо нельзя: в нём нет адреса отправителя или он записан с ошибкой ({address})."
OFTEN = "С этого адреса пришло больше {most} писем за час, поэтому подтверждение не отправлено."


class Outcome(StrEnum):
    """What became of a letter."""

    OPENED = "opened"
    REPLIED = "replied"
    NOTED = "noted"
    IGNORED = "ignored"
    PARKED = "parked"
    KNOWN = "known"
    EXPIRED = "expired"


class Thread(Protocol):
    """An inquiry that a letter names."""

    @property
    def number(self) -> int:
        """Its number."""

    @property
    def email(self) -> str:
        """Its initiator's address."""

    @property
    def ours(self) -> bool:
        """Whether it is named by the Message-ID of a letter of ours."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be done, with which of the inquiries that it names, and what to tell whoever works on it."""

    outcome: Outcome
    thread: int | None = None
    notes: tuple[str, ...] = ()


def address_of(letter: Letter) -> str:
    """The sender's address in its normal form; nothing if nobody can be written to there."""
    try:
        return normalise_email(letter.sender)
    except Invalid:
        return ""


def judge(letter: Letter, threads: Sequence[Thread], is_ours: bool, *, from_us: bool = False) -> Judgement:
    """A stranger neither reads nor writes in an inquiry, whatever their letter names: only its initiator's
    address goes on with it. A report of delivery comes from a mail server and names our letter; that it has
    arrived, waits or was read changes nothing. `from_us`: it has our sender and names an inquiry."""
    if is_ours or letter.author is Author.REPORT:
        return Judgement(Outcome.IGNORED)
    address = address_of(letter)
    own = next((nth for nth, each in enumerate(threads) if address and each.email == address), None)
    if letter.author is Author.BOUNCE:
        returned = next((nth for nth, each in enumerate(threads) if each.ours), None)
        return _noted(returned, BOUNCED)
    if letter.author is Author.AUTO_REPLY:
        return _noted(own, AWAY.format(text=letter.text[:500] or letter.subject))
    if from_us:
        return _noted(0 if threads else None, CAME_BACK)
    notes = () if address else (UNANSWERABLE.format(address=letter.sender or "не указан"),)
    if own is not None:
        return Judgement(Outcome.REPLIED, own, notes)
    strange = (STRANGE.format(number=threads[0].number),) if threads else ()
    return Judgement(Outcome.OPENED, None, (*notes, *strange))


def _noted(nth: int | None, note: str) -> Judgement:
    return Judgement(Outcome.IGNORED) if nth is None else Judgement(Outcome.NOTED, nth, (note,))


def words_of(letter: Letter, longest: int) -> tuple[str, tuple[str, ...]]:
    """What stands in the history, and a note if it is not all."""
    text = letter.text or letter.subject or NO_TEXT
    if len(text) <= longest:
        return text, ()
    return f"{text[: longest - 1].rstrip()}…", (TEXT_CUT,)
