"""Who is silent: from whom no initiative came for three full days. Pure."""

from collections.abc import Collection
from datetime import date, timedelta

from contracts.structure import CampaignDefined
from services.metrics.picture.structure import Structure

SILENT = 3
"""Full days without an initiative, today not counted, after which a place is silent."""


def silent_since(campaign: CampaignDefined | None, today: date) -> date | None:
    """The first of the days on which whoever is silent submitted nothing; None while nobody can be: the
    campaign is too young, over or closed."""
    since = today - timedelta(days=SILENT)
    if campaign is None or not campaign.open:
        return None
    return since if campaign.first_day <= since and today <= campaign.last_day else None


def silent(structure: Structure, heard: Collection[str]) -> set[str]:
    """The municipalities that are silent if only these were heard; a district with its settlements."""
    heard = frozenset(heard)
    return {code for code in structure.municipalities if heard.isdisjoint(structure.with_settlements(code))}
