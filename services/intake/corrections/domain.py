"""What an author may correct, and what becomes of the initiative. Pure: no database, no network, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.initiatives import InitiativeEvent, InitiativeJoined, InitiativeLeft, InitiativeRestated
from contracts.structure import CampaignDefined
from services.chassis.errors import Conflict
from services.intake.initiatives.domain import Initiative, begins_as


@dataclass(frozen=True, slots=True)
class Place:
    """Where an initiative is counted: of its dimensions, those that its author corrects."""

    municipality: str
    organization: UUID | None
    direction: str
    classifiers: dict[str, str]

    @classmethod
    def of(cls, i: Initiative) -> "Place":
        """Where it is now."""
        return cls(i.municipality, i.organization, i.direction, i.classifiers)


@dataclass(frozen=True, slots=True)
class Move:
    """An initiative before a correction and after it."""

    before: Initiative
    after: Initiative

    @property
    def crosses(self) -> bool:
        """Whether another municipality counts it from now on."""
        return self.before.municipality != self.after.municipality

    @property
    def turns(self) -> bool:
        """Whether another direction counts it from now on."""
        return self.before.direction != self.after.direction

    @property
    def begins_anew(self) -> bool:
        """Whether another body holds it from now on."""
        return self.crosses or self.turns

    @property
    def note(self) -> str:
        """What was corrected, in the words of the API."""
        before, after = Place.of(self.before), Place.of(self.after)
        changed = {
            "municipality": self.crosses,
            "direction": self.turns,
            "organization": before.organization != after.organization,
            "form": before.classifiers != after.classifiers,
        }
        return " ".join(name for name, is_changed in changed.items() if is_changed)


def check_open(initiative: Initiative) -> None:
    """Raises Conflict for one that is closed: what was decided on it stands as it was decided."""
    if not initiative.is_open:
        raise Conflict("correction-closed", number=initiative.number)


def correct(initiative: Initiative, to: Place, now: datetime, campaign: CampaignDefined) -> Move | None:
    """What becomes of it; nothing where it is there already. Raises Conflict for one that is closed.

    Another direction or municipality is another holder: their time begins now, the author's goes on, and
    they have decided nothing yet, whatever the holder before had. Otherwise its state stays.
    """
    check_open(initiative)
    if to == Place.of(initiative):
        return None
    crosses = to.municipality != initiative.municipality
    after = replace(
        initiative,
        municipality=to.municipality,
        organization=to.organization,
        direction=to.direction,
        classifiers=to.classifiers,
        version=initiative.version + (2 if crosses else 1),
    )
    move = Move(initiative, after)
    if not move.begins_anew:
        return move
    undecided = replace(after, status=begins_as(campaign), held_since=now, decided_by=None, in_time=None)
    return Move(initiative, undecided)


def told(move: Move, campaign: CampaignDefined) -> list[InitiativeEvent]:
    """What is told of it: in one stream, or that it left one and then that it joined another."""
    if not move.crosses:
        return [move.after.event(InitiativeRestated, campaign)]
    leaving = replace(move.before, version=move.before.version + 1)
    return [leaving.event(InitiativeLeft, campaign), move.after.event(InitiativeJoined, campaign)]
