"""Pages: which letters about one's initiatives one gets, and stopping them by a letter's link."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from services.chassis.db import tenancy
from services.chassis.web.forms import from_here
from services.chassis.web.visits import Answer, Visit
from services.intake.core.domain import Author
from services.intake.core.kit import TO_SIGN_IN
from services.intake.participants.commands.choose_letters import choose_letters, stop_letters
from services.intake.participants.digests import Stops
from services.intake.participants.domain import check_letters
from services.intake.participants.store import participants


class LetterPages(Controller):
    """«Письма об инициативах»."""

    path = "/me/letters"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = TO_SIGN_IN

    @get()
    async def ask(self, visit: NamedDependency[Visit[Author]]) -> Response[str]:
        """What was chosen last."""
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, visit.who.municipality)
            wanted = await participants.letters_of(db, visit.who)
        visit.form.values["letters"] = wanted.value
        return await visit.page("personal/letters.html")

    @post()
    async def choose(self, visit: NamedDependency[Visit[Author]]) -> Answer:
        """Back to the data, which say so."""
        form, who = await visit.sent(), visit.who
        async with visit.refusing():
            await choose_letters(visit.pool, who, check_letters(form.of("letters")), await visit.moment())
            return visit.go("/me", letters=1)
        return await visit.page("personal/letters.html")


class StopPages(Controller):
    """The link in every letter: it needs no sign-in, and no guard, as mail programs use it by themselves."""

    path = "/me/letters/stop/{token:str}"
    include_in_schema = False

    @get()
    async def ask(
        self, visit: NamedDependency[Visit[Author]], token: FromPath[str], stops: NamedDependency[Stops]
    ) -> Response[str]:
        """Asks once: what only looks at a link stops nothing."""
        stops.participant_of(token)
        return await visit.page("personal/stop.html", token=token, stopped=False)

    @post(status_code=200)
    async def stop(
        self, visit: NamedDependency[Visit[Author]], token: FromPath[str], stops: NamedDependency[Stops]
    ) -> Response[str]:
        """Says that it is done, also to a mail program (RFC 8058), however often."""
        await stop_letters(visit.pool, stops, token)
        return await visit.page("personal/stop.html", token=token, stopped=True)
