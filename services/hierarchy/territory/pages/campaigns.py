"""Pages: campaigns (марафоны): opening one, with an earlier one's settings, changing and closing it."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.structure import CampaignDefined
from services.chassis.days import today
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM, Option, from_here, number_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.core.authority import administrator
from services.hierarchy.core.store import campaigns
from services.hierarchy.territory.commands.close_campaign import close_campaign
from services.hierarchy.territory.commands.set_campaign import NewSettings, set_campaign
from services.hierarchy.territory.domain.calendar import check_years
from services.hierarchy.territory.domain.campaign import Campaign, check_kept, check_pace, check_seen
from services.hierarchy.territory.pages import campaign_form
from services.hierarchy.territory.pages.campaign_changes import changes
from services.hierarchy.territory.store import calendars

ADDRESS = "/cabinet/campaigns"


class CampaignPages(Controller):
    """The region's campaigns, for the administrator."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def listed(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """All of them, the latest first."""
        known = await _known(visit)
        latest = sorted(known.values(), key=lambda c: c.first_day, reverse=True)
        return await visit.page(
            "territory/campaigns.html",
            campaigns=latest,
            is_open=any(campaign.open for campaign in latest),
            done=visit.query.get("done", ""),
        )

    @get("/new")
    async def ask_new(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """The form of a new one; `from`: with the settings of an earlier one."""
        source = visit.query.get("from", "")
        settings = campaign_form.proposal((await _known(visit)).get(source))
        visit.form.values = campaign_form.filled(settings, days=False) | {"from": source}
        return await _form(visit, settings)

    @post("/new")
    async def open_new(self, visit: NamedDependency[Visit[Staff]]) -> Answer:
        """It is open, and back to the list."""
        form = await visit.sent()
        settings = campaign_form.proposal((await _known(visit)).get(form.of("from")))
        async with visit.refusing():
            given = NewSettings(campaign_form.read(form, settings, form.of("id")))
            await set_campaign(visit.pool, visit.who, given, await visit.moment())
            return visit.go(ADDRESS, done="opened")
        return await _form(visit, settings)

    @get("/{id_:str}")
    async def ask_change(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[str]) -> Response[str]:
        """The settings of the open one."""
        campaign = await _open(visit, id_)
        settings = campaign_form.settings_of(campaign)
        visit.form.values = campaign_form.filled(settings, days=True)
        return await _form(visit, settings, campaign)

    @post("/{id_:str}")
    async def preview(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[str]) -> Response[str]:
        """What would change, and for whom; nothing does yet. `edit=1`: the form again, as it was typed."""
        form, campaign = await visit.sent(), await _open(visit, id_)
        settings = campaign_form.settings_of(campaign)
        if form.of("edit") == "1":
            return await _form(visit, settings, campaign)
        async with visit.refusing():
            wanted = campaign_form.read(form, settings, campaign.id)
            check_seen(campaign, _version(visit))
            check_kept(campaign, wanted, today(campaign.time_zone, visit.now))
            known = await _check_plan(visit, wanted)
            found = changes(campaign, wanted, known.values())
            return await visit.page("territory/campaign_preview.html", changed=campaign, changes=found)
        return await _form(visit, settings, campaign)

    @post("/{id_:str}/settings")
    async def change(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[str]) -> Answer:
        """They are other ones now, and back to the list."""
        form, campaign = await visit.sent(), await _open(visit, id_)
        settings = campaign_form.settings_of(campaign)
        async with visit.refusing():
            given = NewSettings(campaign_form.read(form, settings, campaign.id), _version(visit))
            await set_campaign(visit.pool, visit.who, given, await visit.moment())
            return visit.go(ADDRESS, done="changed")
        return await _form(visit, settings, campaign)

    @get("/{id_:str}/closing")
    async def ask_closing(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[str]) -> Response[str]:
        """Asks once, with the name."""
        closing = await _open(visit, id_)
        return await visit.page("territory/campaign_closing.html", closing=closing, back=ADDRESS)

    @post("/{id_:str}/closing")
    async def close(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[str]) -> Answer:
        """It is closed, and back to the list."""
        await visit.sent()
        await close_campaign(visit.pool, visit.who, id_, await visit.moment())
        return visit.go(ADDRESS, done="closed")


def _version(visit: Visit[Staff]) -> int:
    """Of the settings that were seen."""
    return number_of(visit.form.of("version"), longest=8) or 0


async def _known(visit: Visit[Staff]) -> dict[str, CampaignDefined]:
    administrator(visit.who)
    async with visit.pool.acquire() as db:
        return await campaigns.all_by_id(db)


async def _open(visit: Visit[Staff], id_: str) -> CampaignDefined:
    campaign = (await _known(visit)).get(id_)
    if campaign is None or not campaign.open:
        raise NotFound("campaign-unknown")
    return campaign


async def _check_plan(visit: Visit[Staff], wanted: Campaign) -> dict[str, CampaignDefined]:
    """All campaigns. Raises Invalid for a pace that there is not, and for a year without a calendar."""
    known = await _known(visit)
    check_pace(wanted, known)
    async with visit.pool.acquire() as db:
        check_years(await calendars.all_by_year(db), wanted)
    return known


async def _form(
    visit: Visit[Staff], settings: Mapping[str, Any], campaign: CampaignDefined | None = None
) -> Response[str]:
    chosen, zones = visit.form.of("time_zone"), campaign_form.ZONES
    more = [] if not chosen or any(zone.code == chosen for zone in zones) else [Option(chosen, chosen)]
    return await visit.page(
        "territory/campaign.html",
        changed=campaign,
        source=visit.form.of("from"),
        directions=settings.get("directions", []),
        classifiers=settings["classifiers"],
        reasons=campaign_form.life_of(settings).reasons,
        acceptance=campaign_form.ACCEPTANCE,
        put_forward_by=campaign_form.PUT_FORWARD_BY,
        texts=campaign_form.TEXTS,
        zones=[*zones, *more],
        paces=campaign_form.paces((await _known(visit)).values(), campaign.id if campaign else ""),
        back=ADDRESS,
    )
