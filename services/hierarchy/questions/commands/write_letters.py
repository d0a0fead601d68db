"""Write letters about questions; part of several commands."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from services.chassis import text
from services.chassis.db.pool import Db
from services.chassis.mail import letters
from services.chassis.mail.letters import Letter
from services.chassis.mail.texts import text as letter_text
from services.chassis.web.pages import moment
from services.hierarchy.accounts.store import accounts
from services.hierarchy.core.addresses import QUESTIONS
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.questions.domain.questions import Question, above
from services.hierarchy.questions.store import people
from services.hierarchy.questions.store.people import Person

ROOM = "services.hierarchy.questions"
KIND = "question"
LONGEST = 2_000
"""Signs of a question or an answer in a letter; all of it is on its page."""


async def write_held(
    db: Db, entrance: Entrance, question: Question, zone: str, now: datetime, why: str = ""
) -> None:
    """To everybody who is to answer now, but not to who asks; `why`: it was somebody else's before."""
    found = await people.answering(db, question.municipality, question.keeper)
    to = [person for person in found if person.account != question.asker.account]
    given = {
        "asker": question.asker.name,
        "place": question.asker.place,
        "text": text.shortened(question.body, LONGEST),
        "due": moment(question.due_at, zone),
        "why": why,
        "climbs": above(question.keeper) is not None,
        "url": f"{entrance.public_url}{QUESTIONS}/{question.id}",
    }
    await _write(db, "held", to, given, now)


async def write_answered(db: Db, entrance: Entrance, question: Question, by: UUID, now: datetime) -> None:
    """To who has asked."""
    asker = await accounts.get(db, question.asker.account)
    given = {
        "who": (await accounts.get(db, by)).name,
        "text": text.shortened(question.body, LONGEST),
        "answer": text.shortened(question.answer, LONGEST),
        "url": f"{entrance.public_url}{QUESTIONS}/{question.id}",
    }
    await _write(db, "answered", [Person(asker.id, asker.name, asker.email)], given, now)


async def _write(db: Db, name: str, to: Iterable[Person], given: Mapping[str, object], now: datetime) -> None:
    new = [
        Letter(each.email, *letter_text(ROOM, name, addressee=each.name, **given), KIND, each.account)
        for each in to
    ]
    await letters.write_many(db, new, now)
