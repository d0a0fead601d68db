"""What its author changed in an initiative's words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from services.chassis.differences import Part, differences
from services.intake.initiatives.course import Wording
from services.intake.initiatives.domain import Initiative


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What an initiative said until then, beside what its author wrote instead."""

    until: datetime
    title: Sequence[Part]
    text: Sequence[Part]


def rewritten(initiative: Initiative, wordings: Sequence[Wording]) -> list[Rewritten]:
    """Each earlier wording beside the one that followed, the latest first."""
    said = [(one.title, one.text) for one in wordings] + [(initiative.title, initiative.text)]
    found = [
        Rewritten(one.replaced_at, differences(title, next_title), differences(text, next_text))
        for one, ((title, text), (next_title, next_text)) in zip(wordings, pairwise(said), strict=True)
    ]
    return found[::-1]
