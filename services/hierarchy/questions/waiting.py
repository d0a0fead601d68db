"""What questions contribute to «Сегодня»."""

from services.chassis.db.pool import Db
from services.hierarchy.core.addresses import QUESTIONS
from services.hierarchy.core.domain.waiting import Line, Looked, Step
from services.hierarchy.questions.reading import held_by
from services.hierarchy.questions.store import questions

NOUN = ("вопрос", "вопроса", "вопросов")
HELD = f"{QUESTIONS}?tab=held"


async def lines(db: Db, looked: Looked) -> list[Line]:
    """Questions to be answered, and what is late below."""
    held = await held_by(db, looked.staff)
    if not held.any or looked.campaign is None:
        return []
    counted = await questions.counted(db, held, looked.staff.account, looked.now)
    found = []
    if counted.ours:
        late = f", просрочено: {counted.overdue}" if counted.overdue else ""
        kind = "question-overdue" if counted.overdue else "question"
        step = Step("Ответить", f"{QUESTIONS}/{counted.first}/answer")
        rest = f"без ответа{late}"
        found.append(Line(kind, rest, HELD, counted.ours, NOUN, step, own=True, due=counted.due_at))
    if counted.late:
        found.append(
            Line("question-late", "без ответа в срок у групп", f"{HELD}&which=overdue", counted.late, NOUN)
        )
    return found
