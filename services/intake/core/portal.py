"""What every page of the portal needs: who looks at it, the campaign, and how it is answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from contracts.structure import CampaignDefined
from services.chassis.days import in_words
from services.chassis.errors import NotFound, Unauthorized
from services.chassis.web.forms import Form
from services.chassis.web.pages import Pages, day, hidden_cookie
from services.chassis.web.problems import Sentences
from services.intake.core.domain import Author, local
from services.intake.core.forms import FIELD_OF
from services.intake.core.identity import AnyRequest
from services.intake.participants.api import Desk
from services.intake.participants.commands.begin_session import SESSION_VALID

WITH_SECRETS = ("portal/sign_in.html", "participants/code.html")
"""Pages that no browser keeps, as it keeps none of those who are signed in: after signing out, Back shows
nothing of them."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at a page, if signed in, and the cookies that the answer takes along."""

    who: Author | None = None
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal's pages, for one installation."""

    pages: Pages
    sentences: Sentences
    desk: Desk
    secure: bool

    async def visit(self, request: AnyRequest) -> Visit:
        """Who comes; a token that runs out is renewed as long as the session lives."""
        try:
            who, fresh = await self.desk.identity.staying(request)
        except Unauthorized:
            return Visit()
        return Visit(who, (self.signed_in(fresh),) if fresh else ())

    def signed_in(self, token: str) -> Cookie:
        """The cookie that holds a token for as long as the session lives."""
        return self.cookie(self.desk.identity.cookie, token, int(SESSION_VALID.total_seconds()))

    def cookie(self, name: str, value: str, max_age: int) -> Cookie:
        """A cookie that no script and no other site sees; without a value it is cleared."""
        return hidden_cookie(name, value, max_age, self.secure)

    def campaign_of(self, visit: Visit) -> CampaignDefined | None:
        """The campaign of the participant, or the open one."""
        picture = self.desk.directory.picture
        try:
            return picture.campaign(visit.who.campaign) if visit.who else picture.open_campaign
        except NotFound:
            return None

    def page(
        self,
        request: AnyRequest,
        visit: Visit,
        template: str,
        form: Form | None = None,
        status: int = 200,
        **values: object,
    ) -> Response[str]:
        """A page of the portal."""
        campaign = self.campaign_of(visit)
        common = {
            "signed_in": visit.who is not None,
            "campaign": campaign,
            "region": campaign.name if campaign else "",
            **_days(campaign),
            "demonstration": bool(campaign and campaign.demonstration),
            "form": form or Form(),
        }
        response = self.pages.render(request, template, status, **(common | values))
        if visit.who is None and template not in WITH_SECRETS:
            # What was typed is still there when somebody comes back by the browser's button.
            response.headers["Cache-Control"] = "private, no-cache"
        for cookie in visit.cookies:
            response.set_cookie(cookie)
        return response

    def refuse(self, form: Form, error: Exception) -> int:
        """Note in a form why it was refused; return the status."""
        return form.refuse(self.sentences, error, FIELD_OF)

    def go(self, path: str, visit: Visit, *cookies: Cookie) -> Redirect:
        """On to another page."""
        return Redirect(path, status_code=303, cookies=[*visit.cookies, *cookies])

    def to_sign_in(self, request: AnyRequest) -> Redirect:
        """To the sign-in, and back to this page afterwards."""
        return self.go(f"/sign-in?next={quote(request.url.path)}", Visit())


def _days(campaign: CampaignDefined | None) -> dict[str, str]:
    if campaign is None:
        return {}
    same_year = campaign.first_day.year == campaign.last_day.year
    first = day(campaign.first_day) if same_year else in_words(campaign.first_day)
    return {"first_day": first, "last_day": in_words(campaign.last_day)}


def phase(campaign: CampaignDefined, now: datetime) -> Literal["before", "during", "after"]:
    """Whether initiatives are taken in at the moment."""
    today = local(now, campaign).date()
    if today < campaign.first_day:
        return "before"
    return "during" if today <= campaign.last_day else "after"
