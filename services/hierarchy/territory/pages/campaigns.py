"""Pages: campaigns (марафоны): opening one, with an earlier one's settings, changing and closing it."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import ValidationError

from contracts.structure import CampaignDefined
from services.chassis.db.idempotency import repeat_of
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, sent
from services.directory.staff import RENEWAL
from services.hierarchy.core.office import AnyRequest, Office, Option, Visit, number_of
from services.hierarchy.core.store import campaigns
from services.hierarchy.territory.commands.set_campaign import close_campaign, set_campaign
from services.hierarchy.territory.pages import campaign_form

ADDRESS = "/cabinet/campaigns"


class CampaignPages(Controller):
    """The region's campaigns, for the administrator."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def listed(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """All of them, the latest first."""
        visit = await office.administrator(request)
        known = await _known(office)
        latest = sorted(known.values(), key=lambda c: c.first_day, reverse=True)
        return await office.page(
            request,
            visit,
            "territory/campaigns.html",
            campaigns=latest,
            is_open=any(campaign.open for campaign in latest),
            done=request.query_params.get("done", ""),
        )

    @get("/new")
    async def ask_new(self, request: AnyRequest, office: NamedDependency[Office]) -> Response[str]:
        """The form of a new one; `from`: with the settings of an earlier one."""
        visit = await office.administrator(request)
        source = request.query_params.get("from", "")
        settings = campaign_form.proposal((await _known(office)).get(source))
        form = campaign_form.filled(settings, days=False)
        return await _form(request, office, visit, form, None, source, settings)

    @post("/new")
    async def open_new(
        self, request: AnyRequest, office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """It is open, and back to the list."""
        visit, form = await office.administrator(request), await sent(request)
        source = form.of("from")
        settings = campaign_form.proposal((await _known(office)).get(source))
        return await _set(request, office, visit, form, None, source, settings)

    @get("/{id_:str}")
    async def ask_change(
        self, request: AnyRequest, id_: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """The settings of the open one."""
        visit, campaign = await office.administrator(request), await _open(office, id_)
        settings = campaign_form.settings_of(campaign)
        form = campaign_form.filled(settings, days=True)
        return await _form(request, office, visit, form, campaign, "", settings)

    @post("/{id_:str}")
    async def change(
        self, request: AnyRequest, id_: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str] | Redirect:
        """They are other ones now, and back to the list."""
        visit, campaign = await office.administrator(request), await _open(office, id_)
        settings = campaign_form.settings_of(campaign)
        return await _set(request, office, visit, await sent(request), campaign, "", settings)

    @get("/{id_:str}/closing")
    async def ask_closing(
        self, request: AnyRequest, id_: FromPath[str], office: NamedDependency[Office]
    ) -> Response[str]:
        """Asks once, with the name."""
        visit, campaign = await office.administrator(request), await _open(office, id_)
        return await office.page(
            request, visit, "territory/campaign_closing.html", closing=campaign, back=ADDRESS
        )

    @post("/{id_:str}/closing")
    async def close(
        self, request: AnyRequest, id_: FromPath[str], office: NamedDependency[Office]
    ) -> Redirect:
        """It is closed, and back to the list."""
        visit, form = await office.administrator(request), await sent(request)
        repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
        await close_campaign(office.pool, visit.who, id_, office.clock.now(), repeat)
        return office.go(f"{ADDRESS}?done=closed", *visit.cookies)


async def _known(office: Office) -> dict[str, CampaignDefined]:
    async with office.pool.acquire() as db:
        return await campaigns.all_by_id(db)


async def _open(office: Office, id_: str) -> CampaignDefined:
    campaign = (await _known(office)).get(id_)
    if campaign is None or not campaign.open:
        raise NotFound("campaign-unknown")
    return campaign


async def _set(
    request: AnyRequest,
    office: Office,
    visit: Visit,
    form: Form,
    campaign: CampaignDefined | None,
    source: str,
    settings: dict[str, Any],
) -> Response[str] | Redirect:
    status = 422
    try:
        wanted = campaign_form.read(form, settings, campaign.id if campaign else form.of("id"))
        repeat = await repeat_of(request, str(visit.who.account), form.of("form_key"))
        now = office.clock.now()
        seen = number_of(form.of("version"), longest=8) or 0 if campaign else 0
        await set_campaign(office.pool, visit.who, wanted, seen, now, repeat)
    except ValidationError as error:
        campaign_form.refuse(form, office.sentences, error, settings)
    except Exception as error:
        status = office.refuse(form, error)
    else:
        return office.go(f"{ADDRESS}?done={'changed' if campaign else 'opened'}", *visit.cookies)
    return await _form(request, office, visit, form, campaign, source, settings, status)


async def _form(
    request: AnyRequest,
    office: Office,
    visit: Visit,
    form: Form,
    campaign: CampaignDefined | None,
    source: str,
    settings: dict[str, Any],
    status: int = 200,
) -> Response[str]:
    chosen, zones = form.of("time_zone"), campaign_form.ZONES
    more = [] if not chosen or any(zone.code == chosen for zone in zones) else [Option(chosen, chosen)]
    return await office.page(
        request,
        visit,
        "territory/campaign.html",
        form,
        status,
        changed=campaign,
        source=source,
        classifiers=settings["classifiers"],
        zones=[*zones, *more],
        back=ADDRESS,
    )
