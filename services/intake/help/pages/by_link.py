"""Pages: the one request that an executor's link opens."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.errors import Gone
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.region import Picture
from services.intake.core.domain import Author
from services.intake.help.commands.suggest_wording import SuggestingByLink, suggest_by_link
from services.intake.help.digests import Links
from services.intake.help.domain.requests import TEXT_LONGEST
from services.intake.help.domain.suggestions import Suggested
from services.intake.help.reading import help_by_link
from services.intake.participants.digests import Stops


class HelpByLinkPages(Controller):
    """The executor's page: the text, and the form to suggest another. Nothing of its author; no sign-in."""

    path = "/help/by-link/{link:str}"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get()
    async def one(
        self,
        visit: NamedDependency[Visit[Author]],
        link: FromPath[str],
        picture: NamedDependency[Picture],
        links: NamedDependency[Links],
    ) -> Answer:
        """410 and a sentence once it is over."""
        visit.forget()
        return await _one(visit, link, picture, links)

    @post()
    async def suggest(
        self,
        visit: NamedDependency[Visit[Author]],
        link: FromPath[str],
        picture: NamedDependency[Picture],
        links: NamedDependency[Links],
        stops: NamedDependency[Stops],
    ) -> Answer:
        """The author is to answer."""
        form = await visit.sent()
        visit.forget()
        async with visit.refusing():
            suggested = Suggested(form.of("title"), form.of("text"), form.of("note"))
            given = SuggestingByLink(link, suggested)
            at = await visit.moment(by_address=True)
            await suggest_by_link(visit.pool, picture, links, stops, given, at)
            return visit.go(f"/help/by-link/{link}", done=1)
        return await _one(visit, link, picture, links)


async def _one(visit: Visit[Author], link: str, picture: Picture, links: Links) -> Answer:
    try:
        helped = await help_by_link(visit.pool, links.opened(link), visit.now)
    except Gone:
        visit.status = 410
        return await visit.page("help/over.html")
    if helped.subject and "title" not in visit.form.values:
        latest = helped.waiting or helped.subject.wording
        visit.form.values |= {"title": latest.title, "text": latest.text}
    return await visit.page(
        "help/by_link.html",
        helped=helped,
        link=link,
        limits=picture.campaign(helped.request.campaign).limits,
        longest=TEXT_LONGEST,
        done="done" in visit.query,
    )
