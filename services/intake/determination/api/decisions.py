"""HTTP: deciding on initiatives."""

from uuid import UUID

from litestar import Controller, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, Field

from contracts.initiatives import InitiativeStatus
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.problems import Sentences
from services.directory.grants import Staff
from services.directory.subordination import Subordination
from services.intake.core.calls import STAFF
from services.intake.determination.commands.decide import Decided, decide
from services.intake.determination.commands.undo_decision import Undoing, undo_decision
from services.intake.determination.domain.decisions import Decision, Kind


class NewDecision(BaseModel):
    """What is decided on initiatives alike; what the kind does not ask for is left out."""

    ids: list[UUID]
    decision: Kind
    reason: str = Field("", description="Of the campaign's list, where it is declined.")
    text: str = Field("", description="For the author; a suggestion, where it is returned.")
    direction: str = Field("", description="Whose working group takes it over.")
    into: UUID | None = Field(
        None, description="The initiative in which it goes on, of the same municipality."
    )


class WhyNot(BaseModel):
    """Why an initiative stays as it is."""

    slug: str
    detail: str


class DecidedItem(BaseModel):
    """What became of an initiative; one that is not the sender's to see has no number."""

    id: UUID
    number: int | None
    status: InitiativeStatus | None
    refusal: WhyNot | None


class DecidedTogether(BaseModel):
    """What was decided together, in the order that was asked for; `id` takes it back."""

    id: UUID
    decided: int
    items: list[DecidedItem]


class Decisions(Controller):
    """Decisions of the working groups and of the coordination group."""

    path = "/api/v1/decisions"
    tags = ("determination",)
    security = SIGNED_IN
    dependencies = STAFF

    @post(summary="Decide on initiatives", operation_class=Repeatable)
    async def decide(
        self,
        data: JSONBody[NewDecision],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        sentences: NamedDependency[Sentences],
    ) -> DecidedTogether:
        """201 with an outcome for each: what cannot be decided so keeps its state."""
        given = Decision(data.decision, data.reason, data.text, data.direction, data.into)
        return _told(await decide(pool, known, by, data.ids, given, at), sentences)

    @delete(
        "/{decision_id:uuid}", summary="Take a decision back", status_code=200, operation_class=Repeatable
    )
    async def undo(
        self,
        decision_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Subordination],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        sentences: NamedDependency[Sentences],
    ) -> DecidedTogether:
        """200 with an outcome for each, within ten minutes; by the id of all that were decided together, or
        of one."""
        return _told(await undo_decision(pool, known, by, Undoing(decision_id), at), sentences)


def _told(decided: Decided, sentences: Sentences) -> DecidedTogether:
    items = [
        DecidedItem(
            id=item.id,
            number=item.number,
            status=item.status,
            refusal=WhyNot(slug=item.refusal, detail=sentences(item.refusal, {})) if item.refusal else None,
        )
        for item in decided.items
    ]
    return DecidedTogether(id=decided.id, decided=sum(not i.refusal for i in decided.items), items=items)
