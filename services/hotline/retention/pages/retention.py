"""Pages: what the administrator erases by the rule of retention, in two steps."""

from litestar import Controller, get, post
from litestar.di import NamedDependency

from services.chassis.web.forms import from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.core.region import Known
from services.hotline.retention.commands.expire_words import KINDS, expire_words, look_at_expired
from services.hotline.settings import HotlineSettings

HERE = "/hotline/retention"


class RetentionPages(Controller):
    """What would be erased, and then that it is."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def look(
        self,
        visit: NamedDependency[Visit[Staff]],
        known: NamedDependency[Known],
        settings: NamedDependency[HotlineSettings],
    ) -> Answer:
        """How many of each kind, by municipality; nothing is erased by looking."""
        days = settings.inquiries_kept_days
        counts = await look_at_expired(visit.pool, visit.who, days, visit.now)
        return await visit.page(
            "retention/retention.html",
            days=days,
            kinds=[kind.name for kind in KINDS],
            counts=[(known.picture.name_of(code) or code, each) for code, each in counts.items()],
            total=sum(
                n for each in counts.values() for kind, n in zip(KINDS, each, strict=True) if kind.erase
            ),
            done=visit.query.get("done", ""),
        )

    @post()
    async def expire(
        self, visit: NamedDependency[Visit[Staff]], settings: NamedDependency[HotlineSettings]
    ) -> Answer:
        """Erase them."""
        await visit.sent()
        days = settings.inquiries_kept_days
        done = await expire_words(visit.pool, visit.who, days, await visit.moment())
        return visit.go(HERE, done=done.erased)
