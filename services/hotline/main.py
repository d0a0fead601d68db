"""The hotline, put together. The only place that knows every part."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from litestar import Litestar

from contracts.appointments import AppointmentEvent
from contracts.hotline import HotlineEvent
from contracts.structure import EVENTS as STRUCTURE
from contracts.structure import StructureEvent
from services.chassis.db import pruning, set_aside
from services.chassis.db.notify import Notifier
from services.chassis.db.pool import Pool, open_pool
from services.chassis.mail import letters
from services.chassis.mail import sending as mail
from services.chassis.process.background import Work
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.chassis.process.lifetime import Lifetime
from services.chassis.streams import mirror, replay
from services.chassis.streams.inbox import Reader
from services.chassis.web import app as web
from services.chassis.web import tokens
from services.chassis.web.moments import Moments
from services.chassis.web.pages import Pages
from services.chassis.web.sse import Hub
from services.chassis.web.tokens import Verifier
from services.chassis.web.visits import visits
from services.chassis.worker import Duties, create_worker, streams_of
from services.directory import staff
from services.directory.refusals import sentences_of
from services.directory.set_aside_pages import SetAsideDesk, pages_of
from services.directory.staff import StaffDesk
from services.directory.subordination import APPOINTMENTS
from services.hotline.answers.api import AnswersToReuse
from services.hotline.answers.pages.finding import AnswerSearch, questions_and_answers
from services.hotline.answers.pages.keeping import AnswerPages
from services.hotline.calls.api import Exchanges, Guessing
from services.hotline.calls.commands.call_back import call_back
from services.hotline.calls.pages.calls import CallPages
from services.hotline.calls.pages.exchange import ExchangePages
from services.hotline.consultations.api import Consultations
from services.hotline.consultations.pages.counting import ConsultationCounts
from services.hotline.consultations.pages.recording import ConsultationPages
from services.hotline.core.calls import CALLS
from services.hotline.core.commands.keep_themes import tell_begun
from services.hotline.core.identity import Participants
from services.hotline.core.kit import HotlineKit
from services.hotline.core.pages.audit import AuditPages
from services.hotline.core.pages.themes import ThemePages
from services.hotline.core.region import Region
from services.hotline.desk.live import DeskLive, Watcher
from services.hotline.desk.pages.cases import CasePages
from services.hotline.desk.pages.desk import DeskLivePages, DeskPages
from services.hotline.desk.pages.drafts import DraftPages
from services.hotline.desk.pages.new_case import NewCasePages
from services.hotline.desk.pages.supervision import SupervisionPages
from services.hotline.inquiries.api.asking import Inquiries
from services.hotline.inquiries.api.steps import InquirySteps
from services.hotline.inquiries.commands.close_silent import close_silent
from services.hotline.inquiries.commands.escalate import escalate
from services.hotline.inquiries.pages.asking import AskingPages
from services.hotline.inquiries.pages.following import FollowingPages
from services.hotline.inquiries.pages.own import OwnPages
from services.hotline.lines.api.duty import LineDuty
from services.hotline.lines.api.lines import Lines
from services.hotline.lines.pages.duty import DutyPages
from services.hotline.lines.pages.lines import LinePages
from services.hotline.lines.pages.public import about, contacts
from services.hotline.mailbox.commands import park_letter
from services.hotline.mailbox.commands.discard_erased import discard_erased
from services.hotline.mailbox.fetching import Mailbox, Parts
from services.hotline.mailbox.pages import LetterFiles
from services.hotline.mailbox.reading import LetterReader
from services.hotline.mailbox.sources.chosen import source_of
from services.hotline.pruning import RULES
from services.hotline.restate import restate
from services.hotline.retention.pages.erasure import ErasurePages
from services.hotline.retention.pages.retention import RetentionPages
from services.hotline.settings import HotlineSettings

PACKAGE = "services.hotline"
MIGRATIONS = (
    "services.chassis.db.migrations",
    "services.directory.migrations",
    "services.hotline.migrations",
)
READERS: Sequence[Reader] = (
    mirror.reader("hotline.structure", StructureEvent.topic, STRUCTURE),
    mirror.reader("hotline.appointments", AppointmentEvent.topic, APPOINTMENTS),
    tokens.reader("hotline.keys"),
    staff.reader("hotline.staff"),
)
KINDS = (letters.KIND, replay.kind(READERS), park_letter.named())
"""What the hotline sets aside when it cannot be done."""

OPERATIONS = (
    *(LineDuty, Lines),
    AnswersToReuse,
    *(Inquiries, InquirySteps),
    Exchanges,
    Consultations,
)
PAGES = (
    *(AuditPages, ThemePages),
    *(DutyPages, LinePages, about, contacts),
    *(AnswerSearch, questions_and_answers, AnswerPages),
    *(AskingPages, FollowingPages, OwnPages),
    LetterFiles,
    *(CallPages, ExchangePages),
    *(ConsultationCounts, ConsultationPages),
    *(CasePages, DeskLivePages, DeskPages, DraftPages, NewCasePages, SupervisionPages),
    *(ErasurePages, RetentionPages),
    pages_of("hotline"),
)
"""Both by room, from below."""

PROVIDED = ("files", "kit", "set_aside_desk", "participants", "settings", "live", "guessing")


def create_web(settings: HotlineSettings, lifetime: Lifetime, clock: Clock | None = None) -> Litestar:
    """The desk, the form for those who ask, the API. Everything is made when the application starts."""
    pages, sentences = Pages("hotline", PACKAGE, settings.support), sentences_of(PACKAGE)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        notifier = Notifier(settings)
        async with open_pool(settings, notifier) as pool:
            time = clock or Clock()
            region = Region(settings, pool)
            await region.refresh()
            verifier = Verifier(tokens.keys_from(pool))
            desk = StaffDesk(pool, verifier, time, settings.secure)
            moments = Moments(time)
            kit = HotlineKit(pool, pages, sentences, settings.secure, desk, region, moments)
            aside = SetAsideDesk("hotline", pages, desk, {kind.word: kind.name for kind in KINDS})

            async def is_demonstration() -> bool:
                return kit.is_demonstration

            app.state.update(
                pool=pool, kit=kit, region=region, desk=desk, moments=moments, set_aside_desk=aside
            )
            app.state.update(is_demonstration=is_demonstration, settings=settings)
            app.state.update(files=Files(settings.files_url))
            app.state.update(participants=Participants(verifier, settings.secure))
            hub: Hub[Watcher] = Hub(lifetime.stopping)
            live = DeskLive(settings, pool, region, desk, hub)
            app.state.update(live=live, guessing=Guessing())
            works = (notifier.run, region.run, live.run, hub.close_when_stopping)
            async with lifetime.background(*works):
                yield

    return web.create_app(
        web.Parts(
            title="Муниципальный диалог: горячая линия",
            handlers=[*OPERATIONS, *PAGES],
            lifespan=lifespan,
            sentences=sentences,
            pages=pages,
            works=lifetime.works,
            cookie=staff.cookie_of(settings.secure),
            provides=PROVIDED,
            calls={"visit": visits("kit"), **CALLS},
        )
    )


def create_hotline_worker(
    settings: HotlineSettings, lifetime: Lifetime, clock: Clock | None = None
) -> Litestar:
    """Sends events and letters, keeps the region, lets what is late climb."""
    telling = clock or Clock()

    def works(pool: Pool) -> Sequence[Work]:
        region, files, reader = Region(settings, pool), Files(settings.files_url), LetterReader()
        explain = sentences_of(PACKAGE)
        kinds = (*KINDS[:-1], park_letter.kind(region, files, reader, telling))
        source = source_of(settings)
        parts = source and Parts(pool, source, region, files, reader, telling, explain)
        return (
            region.run,
            *([Mailbox(parts, settings.mailbox_interval).run] if parts else []),
            partial(tell_begun, pool),
            partial(discard_erased, pool, files),
            partial(escalate, pool, region, telling),
            partial(close_silent, pool, telling),
            partial(call_back, pool, region, telling),
            partial(mail.send_letters, settings, pool),
            partial(set_aside.retry_asked, settings, pool, kinds, explain),
            partial(pruning.prune, pool, RULES),
        )

    streams = streams_of(HotlineEvent.topic)
    duties = Duties("hotline", streams, restate, READERS, works, clock=telling)
    return create_worker(settings, lifetime, duties)
