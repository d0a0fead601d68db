"""Metrics, put together. The only place that knows every part."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from litestar import Litestar

from contracts.results import ResultEvent
from services.chassis.db import pruning, set_aside
from services.chassis.db.notify import Notifier
from services.chassis.db.pool import Pool, open_pool
from services.chassis.process.background import Work
from services.chassis.process.clock import Clock
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.press import Press
from services.chassis.process.settings import Settings
from services.chassis.streams import replay
from services.chassis.web import app as web
from services.chassis.web import tokens
from services.chassis.web.pages import Pages
from services.chassis.web.sse import Hub
from services.chassis.web.tokens import Verifier
from services.chassis.worker import Duties, create_worker, streams_of
from services.directory import staff
from services.directory.refusals import sentences_of
from services.directory.set_aside_pages import SetAsideDesk, pages_of
from services.directory.staff import StaffDesk
from services.metrics.checkpoints import members, schedules, taking
from services.metrics.checkpoints.watch import Watch
from services.metrics.events import rollup
from services.metrics.picture import reported, themes
from services.metrics.picture.figures import Figures
from services.metrics.picture.live import LiveFigures
from services.metrics.restate import restate
from services.metrics.settings import LICENCE, MetricsSettings
from services.metrics.stating.counters import Outlet
from services.metrics.web.comparison.api import comparison
from services.metrics.web.comparison.page import comparison_page
from services.metrics.web.counters import counters
from services.metrics.web.hotline.api import hotline_figures
from services.metrics.web.hotline.page import hotline_page
from services.metrics.web.licence import Licence
from services.metrics.web.live import live
from services.metrics.web.region import REGION_PAGES
from services.metrics.web.rights import Rights
from services.metrics.web.summary import TEMPLATE
from services.metrics.web.work.api import work_figures
from services.metrics.web.work.page import work_page

PACKAGE = "services.metrics"
MIGRATIONS = (
    "services.chassis.db.migrations",
    "services.directory.migrations",
    "services.metrics.migrations",
)
FIGURES = {"search_path": "figures, public"}
EVERYTHING = {"app.municipalities": "*", **FIGURES}
"""The live view keeps every municipality's sums; who may see which of them is decided behind it."""

KEYS_READER, STAFF_READER = "metrics.keys", "metrics.staff"
READERS = (
    members.reader(),
    *rollup.readers(),
    tokens.reader(KEYS_READER),
    staff.reader(STAFF_READER),
    schedules.reader(),
    taking.reader(),
    themes.reader(),
    reported.reader(),
)
KINDS = (replay.kind(READERS),)


OPERATIONS = (counters, comparison, hotline_figures, work_figures, live)
PAGES = (*REGION_PAGES, comparison_page, hotline_page, work_page)


def create_web(
    settings: Settings, lifetime: Lifetime, clock: Clock | None = None, licence: str = LICENCE
) -> Litestar:
    """The live view and the figures. Everything is made when the application starts."""
    pages, sentences = Pages("metrics", PACKAGE, settings.support), sentences_of(PACKAGE)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        notifier = Notifier(settings)
        async with open_pool(settings, notifier, EVERYTHING) as pool:
            hub = Hub[Figures](lifetime.stopping)
            telling = clock or Clock()
            live_figures = LiveFigures(settings, pool, hub, telling)
            await live_figures.start()
            desk = StaffDesk(pool, Verifier(tokens.keys_from(pool)), telling, settings.secure)
            rights = Rights(desk, live_figures)
            aside = SetAsideDesk("metrics", pages, desk, {kind.word: kind.name for kind in KINDS})
            app.state.update(set_aside_desk=aside, press=Press(TEMPLATE), sentences=sentences)
            app.state.update(licence=Licence(licence, settings.public_url))
            app.state.update(pool=pool, hub=hub, figures=live_figures, pages=pages, rights=rights)
            works = (notifier.run, live_figures.run, live_figures.look_aside, hub.close_when_stopping)
            async with lifetime.background(*works):
                yield

    return web.create_app(
        web.Parts(
            title="Муниципальный диалог: показатели",
            handlers=[*OPERATIONS, *PAGES, pages_of("metrics")],
            lifespan=lifespan,
            sentences=sentences,
            pages=pages,
            works=lifetime.works,
            cookie=staff.cookie_of(settings.secure),
            provides=("hub", "figures", "pages", "rights", "press", "sentences", "set_aside_desk", "licence"),
        )
    )


def create_metrics_worker(
    settings: MetricsSettings, lifetime: Lifetime, clock: Clock | None = None
) -> Litestar:
    """Rolls events up, states the counters for other systems, freezes results and sends them."""
    telling = clock or Clock()

    def works(pool: Pool) -> Sequence[Work]:
        outlet, watch = Outlet(settings, pool), Watch(settings, pool, telling)
        return (
            outlet.listen,
            outlet.run,
            watch.listen,
            watch.run,
            partial(set_aside.retry_asked, settings, pool, KINDS, sentences_of(PACKAGE)),
            partial(pruning.prune, pool, (*pruning.COMMON, *staff.PRUNED)),
        )

    streams = streams_of(ResultEvent.topic)
    duties = Duties("metrics", streams, restate, READERS, works, session=FIGURES, clock=telling)
    return create_worker(settings, lifetime, duties)
