"""What operations of questions are given."""

from uuid import UUID

from pydantic import BaseModel

from services.hierarchy.questions.commands.ask_question import NewQuestion


class QuestionAbout(BaseModel):
    """A direction by its code, an initiative by its id, its number or the address of its page, or both."""

    direction: str = ""
    initiative: str = ""


class QuestionGiven(BaseModel):
    """A question to those above. `capacity`: the appointment in which it is asked, for who has several."""

    text: str
    about: QuestionAbout | None = None
    capacity: UUID | None = None

    def typed(self) -> NewQuestion:
        """As a form would send it."""
        about = self.about or QuestionAbout()
        return NewQuestion(self.text, about.direction, about.initiative, self.capacity)


class QuestionAnswerGiven(BaseModel):
    """The answer."""

    text: str


class QuestionTransfer(BaseModel):
    """To which working group, and why."""

    group: UUID
    reason: str


class QuestionPublication(BaseModel):
    """In which words the question is read, if not in its own."""

    text: str | None = None
