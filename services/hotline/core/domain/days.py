"""Until when a campaign's questions are asked and answered. Pure."""

from datetime import datetime

from contracts.structure import CampaignDefined
from services.chassis.days import in_words, today
from services.chassis.errors import Conflict


def is_over(campaign: CampaignDefined, at: datetime) -> bool:
    """Whether the day on which a campaign's results are closed has passed."""
    return today(campaign.time_zone, at) > campaign.close_until


def check_going_on(campaign: CampaignDefined, now: datetime) -> None:
    """Refuse what comes after the day on which a campaign's results are closed. Raises Conflict."""
    if is_over(campaign, now):
        raise Conflict("hotline-closed", last_day=in_words(campaign.close_until))
