"""A question as whoever looks sees it, for pages and the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.db.pool import Db
from services.directory.grants import Staff
from services.hierarchy.accounts.store import accounts
from services.hierarchy.groups.domain.groups import WorkingGroup
from services.hierarchy.questions.commands.look_at_question import View, look_at_question, name_of
from services.hierarchy.questions.commands.transfer_question import standing_beside
from services.hierarchy.questions.domain.questions import Question
from services.hierarchy.questions.store import questions
from services.hierarchy.questions.store.questions import Done

STEPS = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A question; `keeper`, `answered_by`: who has it and who has answered, in words; `others`: the groups to
    which it may go. To who reads the published answer alone nobody is named."""

    view: View
    keeper: str
    direction: str
    answered_by: str
    steps: Sequence[Done]
    others: Sequence[WorkingGroup]

    @property
    def question(self) -> Question:
        """The question itself."""
        return self.view.question

    @property
    def text(self) -> str:
        """What was asked, as the viewer may read it."""
        return self.question.body if self.view.sees else self.question.published_text


async def show(db: Db, by: Staff, id_: UUID) -> Shown:
    """A question with its history, as far as the viewer sees them. Raises NotFound."""
    view = await look_at_question(db, by, id_)
    question, whose = view.question, view.question.on_behalf_of or view.question.answered_by
    names = {term.code: term.name for term in view.campaign.directions}
    return Shown(
        view,
        await name_of(db, question.keeper),
        names.get(question.about.direction or "", ""),
        (await accounts.get(db, whose)).name if whose and view.sees else "",
        await questions.steps(db, question, STEPS) if view.sees else [],
        await standing_beside(db, question) if view.answers and question.is_open else [],
    )
