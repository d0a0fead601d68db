"""All that is done with questions in a municipality with its line of subordination."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.chassis.db.pool import Pool
from services.hierarchy.questions.commands.answer_question import Answered, NewAnswer, answer_question
from services.hierarchy.questions.commands.ask_question import Asked, NewQuestion, ask_question
from services.hierarchy.questions.commands.keep_questions import keep_now
from services.hierarchy.questions.commands.publish_answer import Publication, publish_answer
from services.hierarchy.questions.commands.transfer_question import Transfer, transfer_question
from services.hierarchy.questions.showing import Shown, show
from tests.hierarchy.office import everything
from tests.hierarchy.orders.giving import ENTRANCE, Line


@dataclass(frozen=True, slots=True)
class Asking:
    """The line, with what its people ask and answer."""

    line: Line

    @property
    def pool(self) -> Pool:
        return self.line.office.pool

    async def ask(self, by: str, body: str = "Как подать инициативу за троих?", **more: Any) -> Asked:
        staff, given = await self.line.staff(by), NewQuestion(body, **more)
        return await ask_question(self.pool, ENTRANCE, staff, given, self.line.at())

    async def answer(self, by: str, id_: UUID, words: str = "Втроём, одной заявкой.") -> Answered:
        staff, given = await self.line.staff(by), NewAnswer(id_, words)
        return await answer_question(self.pool, ENTRANCE, staff, given, self.line.at())

    async def transfer(self, by: str, id_: UUID, group: str, reason: str = "Это их тема") -> None:
        staff, given = await self.line.staff(by), Transfer(id_, UUID(group), reason)
        await transfer_question(self.pool, ENTRANCE, staff, given, self.line.at())

    async def publish(self, by: str, id_: UUID, words: str | None = None) -> None:
        staff, given = await self.line.staff(by), Publication(id_, words)
        await publish_answer(self.pool, staff, given, self.line.at())

    async def shown(self, by: str, id_: UUID) -> Shown:
        staff = await self.line.staff(by)
        async with self.pool.acquire() as db, db.transaction():
            return await show(db, staff, id_)

    async def row(self, id_: UUID) -> Any:
        async with everything(self.pool) as db:
            return await db.fetchrow("SELECT * FROM question WHERE id = $1", id_)

    async def steps(self, id_: UUID) -> list[tuple[str, str]]:
        async with everything(self.pool) as db:
            rows = await db.fetch(
                "SELECT what, words FROM question_step WHERE question = $1 ORDER BY id", id_
            )
        return [(row["what"], row["words"]) for row in rows]

    async def keep(self) -> int:
        async with self.line.office.worker() as pool:
            return await keep_now(ENTRANCE, pool, self.line.office.now)

    async def past(self, id_: UUID) -> None:
        """It is a minute after it should have been answered."""
        self.line.office.now = (await self.row(id_))["due_at"] + timedelta(minutes=1)
