"""The kit of the portal's pages: who looks, and what every page of the portal has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from contracts.structure import CampaignDefined
from services.chassis.days import in_words
from services.chassis.db.pool import Pool
from services.chassis.errors import NotFound, Unauthorized
from services.chassis.web.pages import Pages, day, hidden_cookie
from services.chassis.web.problems import Sentences
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Recognised, Visit
from services.directory.region import Picture
from services.directory.subordination import Region
from services.intake.core.domain import SESSION_VALID, Author
from services.intake.core.identity import Identity, Token
from services.intake.core.moments import Time


@dataclass(slots=True)
class PortalKit:
    """The portal's pages, for one installation."""

    pool: Pool
    pages: Pages
    sentences: Sentences
    secure: bool
    identity: Identity
    region: Region
    time: Time
    grace: timedelta
    """How long after the last day a draft that was begun in it is taken."""

    async def recognise(self, request: AnyRequest) -> Recognised[Author]:
        """The participant who looks; a token that expires is renewed as long as the session lives."""
        try:
            who, fresh = await self.identity.staying(request)
        except Unauthorized:
            return Recognised()
        client = request.state["client"] = str(who.participant_id)
        return Recognised(who, client, cookies=[self.signed_in(fresh)] if fresh else ())

    async def common(self, visit: Visit[Author]) -> Mapping[str, object]:
        """The values that every page of the portal has."""
        campaign = campaign_of(self.region.picture, visit)
        return {
            "signed_in": visit.signed_in,
            "campaign": campaign,
            "region": campaign.name if campaign else "",
            **_days(campaign),
            "demonstration": bool(campaign and campaign.demonstration),
        }

    def now(self, request: AnyRequest) -> datetime:
        """The clock's time, or in a demonstration the client's. Raises Malformed."""
        client = request.state.get("client") or request.path_params.get("participant_id", "")
        return self.time.of(request, str(client))

    def signed_in(self, token: Token) -> Cookie:
        """The cookie that holds a token for as long as the session lives."""
        lasting = int(SESSION_VALID.total_seconds())
        return hidden_cookie(self.identity.cookie, token.token, lasting, self.secure)

    def signed_out(self) -> Cookie:
        """The same cookie, cleared."""
        return hidden_cookie(self.identity.cookie, "", 0, self.secure)


def campaign_of(picture: Picture, visit: Visit[Author]) -> CampaignDefined | None:
    """The campaign of the participant, or the open one."""
    try:
        return picture.campaign(visit.who.campaign) if visit.signed_in else picture.open_campaign
    except NotFound:
        return None


async def kept_page(visit: Visit[Author], template: str, **values: object) -> Response[str]:
    """A page that a browser keeps unless its visitor is signed in: what was typed is still there when the
    visitor goes back. No browser keeps the others: after signing out, Back shows nothing of them."""
    page = await visit.page(template, **values)
    if not visit.signed_in:
        page.headers["Cache-Control"] = "private, no-cache"
    return page


def to_sign_in(request: AnyRequest, _: Unauthorized) -> Redirect:
    """To the sign-in, and back to this page afterwards."""
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"/sign-in?next={quote(request.url.path + query)}", status_code=303)


TO_SIGN_IN: Any = {Unauthorized: to_sign_in}
"""The exception handlers of pages for those alone who are signed in."""


def _days(campaign: CampaignDefined | None) -> dict[str, str]:
    if campaign is None:
        return {}
    same_year = campaign.first_day.year == campaign.last_day.year
    first = day(campaign.first_day) if same_year else in_words(campaign.first_day)
    return {"first_day": first, "last_day": in_words(campaign.last_day)}
