"""HTTP: the campaign that is open."""

from datetime import date
from typing import Literal

from asyncpg import Pool
from litestar import Controller, get
from litestar.di import NamedDependency
from pydantic import BaseModel

from contracts.structure import (
    Classifier,
    Consent,
    CounterDefinitions,
    LifeRules,
    PlanRules,
    Term,
    TextLimits,
)
from services.chassis.errors import NotFound
from services.hierarchy.core.store import campaigns


class CurrentCampaign(BaseModel):
    """The open campaign; days are the region's own."""

    id: str
    name: str
    prepare_from: date
    first_day: date
    last_day: date
    close_until: date
    time_zone: str
    demonstration: bool
    figures: Literal["public", "staff"]
    directions: list[Term]
    classifiers: list[Classifier]
    definitions: CounterDefinitions
    consent: Consent
    limits: TextLimits
    plan: PlanRules
    life: LifeRules


class Campaigns(Controller):
    """Campaigns."""

    path = "/api/v1/campaigns"
    tags = ("campaigns",)

    @get("/current", summary="The open campaign")
    async def current(self, pool: NamedDependency[Pool]) -> CurrentCampaign:
        """404 `campaign-not-open` when there is none."""
        async with pool.acquire() as db:
            campaign = await campaigns.now_open(db)
        if campaign is None:
            raise NotFound("campaign-not-open")
        return CurrentCampaign(**dict(campaign))
