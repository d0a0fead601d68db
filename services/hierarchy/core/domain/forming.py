"""When a municipality's own people are appointed, briefed and grouped (rule 4)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from contracts.structure import CampaignDefined
from services.chassis.days import in_words, today
from services.chassis.errors import Conflict, NotFound


def check_forming(campaign: CampaignDefined | None, now: datetime) -> CampaignDefined:
    """The campaign, from its `prepare_from` to its `close_until`. Raises NotFound, Conflict."""
    if campaign is None:
        raise NotFound("forming-without-campaign")
    if not campaign.prepare_from <= today(campaign.time_zone, now) <= campaign.close_until:
        days = {"first": in_words(campaign.prepare_from), "last": in_words(campaign.close_until)}
        raise Conflict("not-forming-now", **days)
    return campaign


def region_zone(campaign: CampaignDefined | None) -> ZoneInfo:
    """The region's time zone; before its first campaign nobody has said which."""
    return ZoneInfo(campaign.time_zone if campaign else "UTC")


def region_time(campaign: CampaignDefined | None, now: datetime) -> datetime:
    """A moment by the region's clocks."""
    return now.astimezone(region_zone(campaign))


def region_day(campaign: CampaignDefined | None, now: datetime) -> date:
    """The region's day."""
    return region_time(campaign, now).date()
