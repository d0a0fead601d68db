"""Intake, put together. The only place that knows every part."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial

from litestar import Litestar

from contracts import keys, reported, structure
from contracts.appointments import AppointmentEvent
from contracts.help import HelpEvent
from contracts.initiatives import InitiativeEvent
from contracts.participants import ParticipantEvent
from services.chassis.db import pruning, set_aside
from services.chassis.db.notify import Notifier
from services.chassis.db.pool import Pool, open_pool
from services.chassis.db.sealed import KeyRing
from services.chassis.mail import letters
from services.chassis.mail import sending as mail
from services.chassis.process.background import Work
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.press import Press
from services.chassis.process.scanner import Scanner
from services.chassis.process.turns import Turns
from services.chassis.streams import mirror, replay
from services.chassis.streams.inbox import Reader
from services.chassis.streams.tail import Stream
from services.chassis.tables.reading import TableReader
from services.chassis.web import app as web
from services.chassis.web import tokens
from services.chassis.web.jwks import jwks
from services.chassis.web.moments import Moments
from services.chassis.web.pages import Pages
from services.chassis.web.tokens import Signer, Verifier
from services.chassis.web.visits import visits
from services.chassis.worker import Duties, create_worker, streams_of
from services.directory import staff
from services.directory.refusals import sentences_of
from services.directory.set_aside_pages import SetAsideDesk, pages_of
from services.directory.staff import StaffDesk
from services.directory.subordination import APPOINTMENTS, Region
from services.intake.assisted.api import Assisted, Finding
from services.intake.assisted.commands.write_notices import write_notices
from services.intake.assisted.pages.entering import EnteringPages
from services.intake.assisted.pages.people import PeoplePages
from services.intake.attachments.commands.remove_files import remove_files as remove_attachments
from services.intake.attachments.commands.scan_files import scan_files
from services.intake.attachments.domain.attachments import AttachmentState
from services.intake.attachments.reading import AttachmentReader
from services.intake.co_authors.api import CoAuthors, Invitations
from services.intake.co_authors.pages import CoAuthorPages, InvitationPages
from services.intake.core.calls import AUTHOR_CALLS
from services.intake.core.identity import Identity, cookie_of
from services.intake.core.kit import PortalKit
from services.intake.core.moments import Time
from services.intake.core.office import OfficeKit
from services.intake.corrections.api import Corrections
from services.intake.corrections.pages import CorrectionPages
from services.intake.determination.api.attachments import DeterminationAttachments
from services.intake.determination.api.decisions import Decisions
from services.intake.determination.api.listing import Determination
from services.intake.determination.commands.write_decisions import write_decisions
from services.intake.determination.exporting import TEMPLATE
from services.intake.determination.pages.deciding import DecidingPages
from services.intake.determination.pages.issues import IssuePages, MarkPages
from services.intake.determination.pages.listing import ListPages
from services.intake.determination.pages.one import InitiativeOfStaffPages
from services.intake.determination.pages.submission import SubmissionPages
from services.intake.federal.api.imports import FederalImports
from services.intake.federal.api.links import FederalLinks
from services.intake.federal.api.reconciliation import FederalReconciliation
from services.intake.federal.api.reported import Reporting
from services.intake.federal.commands.import_tables import Importer
from services.intake.federal.commands.remove_files import remove_files
from services.intake.federal.commands.upload_table import Tables
from services.intake.federal.pages.imports import FederalImportPages
from services.intake.federal.pages.reconciliation import ReconciliationPages
from services.intake.federal.pages.reported import ReportedPages
from services.intake.help.api.by_link import HelpByLink
from services.intake.help.api.own import DraftHelp, InitiativeHelp, OwnHelp
from services.intake.help.api.staff import Help
from services.intake.help.commands.end_left_over import end_left_over
from services.intake.help.digests import Links
from services.intake.help.pages.by_link import HelpByLinkPages
from services.intake.help.pages.own import DraftHelpPages, InitiativeHelpPages, OwnHelpPages
from services.intake.help.pages.staff import HelpPages
from services.intake.initiatives.api.attachments import DraftAttachments, InitiativeAttachments
from services.intake.initiatives.api.drafts import Drafts
from services.intake.initiatives.api.initiatives import Initiatives
from services.intake.initiatives.commands.attach_file import Uploads
from services.intake.initiatives.commands.submit_initiative import Submissions
from services.intake.initiatives.commands.write_acceptances import write_acceptances
from services.intake.initiatives.commands.write_outcomes import write_outcomes
from services.intake.initiatives.hints import Hints
from services.intake.initiatives.pages.drafts import DraftPages
from services.intake.initiatives.pages.files import DraftFilePages, InitiativeFilePages
from services.intake.initiatives.pages.own import InitiativePages
from services.intake.initiatives.pages.rewording import RewordingPages
from services.intake.oversight.api import Audit
from services.intake.oversight.pages.audit import AuditPages
from services.intake.oversight.pages.retention import RetentionPages
from services.intake.participants.api import FloodPasses, Participants, Sessions
from services.intake.participants.commands.release_codes import release_codes
from services.intake.participants.digests import Pepper, Stops
from services.intake.participants.pages.code import CodePages
from services.intake.participants.pages.registration import RegistrationPages, ShortAddress
from services.intake.participants.pages.sign_in import SignInPages
from services.intake.participants.passes import FloodGuard
from services.intake.personal.api import Personal
from services.intake.personal.pages.letters import LetterPages, StopPages
from services.intake.personal.pages.own import PersonalPages
from services.intake.portal.pages import StartPages
from services.intake.portal.reading import Submitted
from services.intake.pruning import RULES
from services.intake.published.api import OpenInitiatives
from services.intake.published.commands.publish_texts import publish_texts
from services.intake.published.pages import OpenPages
from services.intake.restate import restate
from services.intake.sealing import keep_sealed
from services.intake.settings import IntakeSettings
from services.intake.staff_meetings.pages.grid import GridPages
from services.intake.staff_meetings.pages.meetings import StaffMeetingPages
from services.intake.staff_meetings.pages.sheet import SheetPages
from services.intake.staff_meetings.printing import TEMPLATE as PAPERS

PACKAGE = "services.intake"
TABLES, UPLOADS = (2, 10), (2, 40)
"""Tables, and files of authors, that are taken at the same time, and how many may wait: each is held in
memory."""


class EveryParticipant(Participants, Finding):
    """Who registers, and who is found: a path has one controller."""


OPERATIONS = (
    *(EveryParticipant, Sessions, FloodPasses),
    *(Initiatives, Drafts, DraftAttachments, InitiativeAttachments),
    *(CoAuthors, Invitations),
    Assisted,
    Corrections,
    *(Decisions, Determination, DeterminationAttachments),
    *(FederalImports, FederalLinks, FederalReconciliation, Reporting),
    OpenInitiatives,
    *(InitiativeHelp, DraftHelp, OwnHelp, Help, HelpByLink),
    Personal,
    Audit,
)
OF_PARTICIPANTS = (ShortAddress, RegistrationPages, CodePages, SignInPages)
PAGES = (
    *OF_PARTICIPANTS,
    *(DraftPages, DraftFilePages, InitiativePages, InitiativeFilePages, RewordingPages),
    *(CoAuthorPages, InvitationPages),
    *(EnteringPages, PeoplePages),
    CorrectionPages,
    *(ListPages, DecidingPages, InitiativeOfStaffPages, IssuePages, MarkPages, SubmissionPages),
    *(FederalImportPages, ReconciliationPages, ReportedPages),
    OpenPages,
    *(StaffMeetingPages, SheetPages, GridPages),
    *(InitiativeHelpPages, DraftHelpPages, OwnHelpPages, HelpPages, HelpByLinkPages),
    *(PersonalPages, LetterPages, StopPages),
    StartPages,
    *(AuditPages, RetentionPages),
)
"""Both by room, from below."""

OF_KIT = ("identity", "kit", "sentences", "set_aside_desk")
OF_SUBMITTING = ("submissions", "hints", "submitted_so_far")
OF_PAPER = ("meeting_press", "papers_press", "table_reader")
OF_FILES = ("tables", "uploads", *OF_PAPER)
OF_LETTERS = ("pepper", "stops", "links", "site", "flood_guard")
PROVIDED = (*OF_KIT, *OF_SUBMITTING, "signer", *OF_LETTERS, *OF_FILES)
MIGRATIONS = (
    "services.chassis.db.migrations",
    "services.directory.migrations",
    "services.intake.migrations",
)
READERS: Sequence[Reader] = (
    mirror.reader("intake.structure", structure.StructureEvent.topic, structure.EVENTS),
    mirror.reader("intake.appointments", AppointmentEvent.topic, APPOINTMENTS),
    tokens.reader("intake.keys"),
    staff.reader("intake.staff"),
)
KINDS = (letters.KIND, replay.kind(READERS))


def create_web(settings: IntakeSettings, lifetime: Lifetime, clock: Clock | None = None) -> Litestar:
    """The portal and the API. Everything is made when the application starts."""
    pages, sentences = Pages("intake", PACKAGE, settings.support), sentences_of(PACKAGE)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        notifier = Notifier(settings)
        ring = KeyRing.read(settings.personal_keys_file)
        async with open_pool(settings, notifier, ring=ring) as pool:
            secret = settings.signing_key_file.read_bytes()
            signer = Signer("intake", secret)
            await tokens.publish(pool, signer)
            region = Region(settings, pool)
            await region.refresh()
            submissions, hints = Submissions(pool, settings.draft_grace), Hints(pool)
            verifier, telling = Verifier(tokens.keys_from(pool)), clock or Clock()
            identity = Identity(pool, signer, verifier, settings.secure)
            time = Time(telling, region)
            grace, secure = settings.draft_grace, settings.secure
            kit = PortalKit(pool, pages, sentences, secure, identity, region, time, grace)
            of_staff = StaffDesk(pool, verifier, telling, settings.secure)
            aside = SetAsideDesk("intake", pages, of_staff, {kind.word: kind.name for kind in KINDS})
            app.state.update(pool=pool, signer=signer, pepper=Pepper(secret), identity=identity, kit=kit)
            app.state.update(region=region, time=time, submissions=submissions, hints=hints)
            app.state.update(
                stops=Stops(settings.public_url, secret), links=Links(settings.public_url, secret)
            )
            app.state.update(
                set_aside_desk=aside, desk=of_staff, clock=telling, submitted_so_far=Submitted(pool)
            )
            moments = Moments(telling)
            office = OfficeKit(pool, pages, sentences, settings.secure, of_staff, region, moments)
            app.state.update(moments=moments, is_demonstration=time.is_demonstration)
            app.state.update(sentences=sentences, office=office, meeting_press=Press(TEMPLATE))
            reader, files = TableReader(), Files(settings.files_url)
            tables = Tables(pool, files, reader, Turns(*TABLES))
            fresh = AttachmentState.WAITING if settings.clamav_url else AttachmentState.KEPT
            uploads = Uploads(pool, files, AttachmentReader(), Turns(*UPLOADS), fresh)
            app.state.update(tables=tables, uploads=uploads, site=settings.public_url)
            app.state.update(flood_guard=FloodGuard(secret, on=settings.flood_guard == "on"))
            app.state.update(table_reader=reader, papers_press=Press(PAPERS))
            works = (notifier.run, region.run, submissions.run, identity.run)
            async with lifetime.background(*works), aclosing(hints):
                yield

    return web.create_app(
        web.Parts(
            title="Муниципальный диалог: приём инициатив",
            handlers=[*OPERATIONS, jwks("intake"), *PAGES, pages_of("intake")],
            lifespan=lifespan,
            sentences=sentences,
            pages=pages,
            works=lifetime.works,
            cookie=cookie_of(settings.secure),
            provides=PROVIDED,
            calls={"visit": visits("kit"), **AUTHOR_CALLS},
        )
    )


def create_intake_worker(settings: IntakeSettings, lifetime: Lifetime) -> Litestar:
    """Sends events and letters, mirrors the structure."""
    secret, ring = settings.signing_key_file.read_bytes(), KeyRing.read(settings.personal_keys_file)
    signer, stops = Signer("intake", secret), Stops(settings.public_url, secret)

    def works(pool: Pool) -> Sequence[Work]:
        region, files, clock = Region(settings, pool), Files(settings.files_url), Clock()
        scanner = Scanner(settings.clamav_url) if settings.clamav_url else None
        return (
            region.run,
            Importer(pool, region, files, TableReader(), clock).run,
            partial(remove_files, pool, files, clock),
            partial(remove_attachments, pool, files),
            partial(scan_files, pool, files, scanner),
            partial(mail.send_letters, settings, pool),
            partial(set_aside.retry_asked, settings, pool, KINDS, sentences_of(PACKAGE)),
            partial(write_acceptances, pool, stops),
            partial(write_decisions, pool, stops),
            partial(write_notices, pool, region, stops),
            partial(write_outcomes, pool, stops),
            partial(publish_texts, pool, region),
            partial(end_left_over, pool, region),
            partial(release_codes, pool, Pepper(secret), region),
            partial(keep_sealed, pool, ring, Pepper(secret)),
            partial(pruning.prune, pool, RULES),
        )

    own_keys = Stream(keys.KeyPublished.topic, keys.ISSUERS["intake"])
    streams = [*streams_of(InitiativeEvent.topic), *streams_of(ParticipantEvent.topic)]
    streams += [*streams_of(reported.ReportedFigures.topic), *streams_of(HelpEvent.topic), own_keys]
    duties = Duties("intake", streams, restate(signer), READERS, works, ring=ring)
    return create_worker(settings, lifetime, duties)
