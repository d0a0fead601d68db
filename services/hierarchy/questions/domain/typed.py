"""Questions and answers as they are typed, and what is refused of them."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.structure import CampaignDefined
from services.chassis import text
from services.chassis.days import in_words, today
from services.chassis.errors import Conflict, Invalid, NotFound
from services.hierarchy.orders.domain.tasks import Holder
from services.hierarchy.questions.domain.questions import About

LONGEST, LONGEST_REASON, LONGEST_LINK = 4_000, 1_000, 500
ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

MOST_TYPED, MOST_WORDS = 2_000, 24
WORD = re.compile(r"[^\W_]{2,}")


def check_asking(campaign: CampaignDefined | None, now: datetime) -> CampaignDefined:
    """The campaign, in whose days people are appointed and may ask. Raises NotFound, Conflict."""
    if campaign is None:
        raise NotFound("questions-without-campaign")
    check_answering(campaign, now)
    if today(campaign.time_zone, now) < campaign.prepare_from:
        raise Conflict("questions-not-yet", first=in_words(campaign.prepare_from))
    return campaign


def check_answering(campaign: CampaignDefined, now: datetime) -> None:
    """Questions are answered, passed on and withdrawn until the campaign closes (rule 4). Raises Conflict."""
    if today(campaign.time_zone, now) > campaign.close_until:
        raise Conflict("questions-closed", last=in_words(campaign.close_until))


def check_body(given: str) -> str:
    """The question as it is stored, or as it is published. Raises Invalid."""
    return text.check_length(text.several_lines(given), LONGEST, "question-text", "question-text", "text")


def check_answer(given: str) -> str:
    """The answer as it is stored. Raises Invalid."""
    words = text.several_lines(given)
    return text.check_length(words, LONGEST, "question-answer", "question-answer", "text")


def check_reason(given: str) -> str:
    """Why it is passed on. Raises Invalid."""
    reason = text.several_lines(given)
    return text.check_length(reason, LONGEST_REASON, "question-reason", "question-reason", "reason")


def check_direction(given: str, campaign: CampaignDefined) -> str | None:
    """A direction of the campaign, or none. Raises Invalid."""
    if not given.strip():
        return None
    if given not in {direction.code for direction in campaign.directions}:
        raise Invalid("question-direction", "direction")
    return given


def check_initiative(given: str) -> About:
    """An initiative by its number, its id or the address of its page; nothing: about none. Raises Invalid."""
    line = text.one_line(given[: LONGEST_LINK + 1])
    if not line:
        return About()
    if len(given) <= LONGEST_LINK and (found := ID.search(line)):
        return About(initiative=UUID(found[0]))
    number = text.serial_number(line)
    if number is None:
        raise Invalid("question-initiative", "initiative")
    return About(initiative_number=number)


def check_capacity(own: Sequence[Holder], asked: UUID | None) -> Holder:
    """In which capacity somebody asks who may have several. Raises Invalid."""
    chosen = [each for each in own if asked in (None, each.appointment)]
    if len(chosen) != 1:
        raise Invalid("question-capacity", "capacity")
    return chosen[0]


def words_of(typed: str) -> list[str]:
    """The words by which answers are found, of however much somebody has typed."""
    line = text.one_line(typed[:MOST_TYPED]).lower().replace("ё", "е")
    return list(dict.fromkeys(WORD.findall(line)))[:MOST_WORDS]
