"""HTTP: the one request that an executor's link opens."""

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel

from contracts.help import HelpStatus
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.openapi import Repeatable
from services.directory.region import Picture
from services.intake.core.calls import at_route
from services.intake.help.commands.helping import Moved
from services.intake.help.commands.suggest_wording import SuggestingByLink, suggest_by_link
from services.intake.help.digests import Links
from services.intake.help.domain.suggestions import Suggested
from services.intake.help.reading import help_by_link
from services.intake.participants.digests import Stops


class LinkedRequest(BaseModel):
    """What an executor sees: what is hard, and the text; no text once that is gone."""

    status: HelpStatus
    hard: str
    title: str | None
    text: str | None


class LinkedSuggestion(BaseModel):
    """Another title and text, and a word to the author."""

    title: str
    text: str
    note: str = ""


class HelpByLink(Controller):
    """Whoever has the link of an executor's letter; no account is needed."""

    path = "/api/v1/help-links/{link:str}"
    tags = ("help",)
    dependencies = {"at": Provide(at_route)}

    @get(summary="The request that a link opens")
    async def one(
        self,
        link: FromPath[str],
        pool: NamedDependency[Pool],
        links: NamedDependency[Links],
        at: NamedDependency[Moment],
    ) -> LinkedRequest:
        """404 for a link that is none of ours, 410 for one that is good no longer."""
        helped = await help_by_link(pool, links.opened(link), at.now)
        wording = helped.subject.wording if helped.subject else None
        return LinkedRequest(
            status=helped.request.status,
            hard=helped.request.text or "",
            title=wording.title if wording else None,
            text=wording.text if wording else None,
        )

    @post("/suggestions", summary="Suggest a wording to the author", operation_class=Repeatable)
    async def suggest(
        self,
        link: FromPath[str],
        data: JSONBody[LinkedSuggestion],
        pool: NamedDependency[Pool],
        picture: NamedDependency[Picture],
        links: NamedDependency[Links],
        stops: NamedDependency[Stops],
        at: NamedDependency[Moment],
    ) -> Moved:
        """201; nothing changes without the author."""
        given = SuggestingByLink(link, Suggested(data.title, data.text, data.note))
        return await suggest_by_link(pool, picture, links, stops, given, at)
