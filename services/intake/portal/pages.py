"""Pages: the start of the portal."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.web.visits import Visit
from services.directory.region import Picture
from services.intake.core.domain import Author, local, phase
from services.intake.core.kit import campaign_of, kept_page
from services.intake.portal.reading import Submitted


class StartPages(Controller):
    """The first page."""

    path = "/"
    include_in_schema = False

    @get()
    async def start(
        self,
        visit: NamedDependency[Visit[Author]],
        picture: NamedDependency[Picture],
        submitted_so_far: NamedDependency[Submitted],
    ) -> Response[str]:
        """What the campaign is, its days, and how to take part."""
        values: dict[str, object] = {}
        if campaign := campaign_of(picture, visit):
            left = (campaign.last_day - local(visit.now, campaign).date()).days + 1
            values = {"phase": phase(campaign, visit.now), "days_left": left}
            counts = await submitted_so_far.of(campaign.id) if campaign.figures == "public" else None
            if counts is not None:
                values["counts"] = counts
        values["erased"] = "erased" in visit.query and not visit.signed_in
        return await kept_page(visit, "portal/start.html", **values)
