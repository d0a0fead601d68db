"""Hierarchy, put together. The only place that knows every part."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from argon2 import PasswordHasher
from litestar import Litestar

from contracts import keys
from contracts.appointments import AppointmentEvent
from contracts.structure import StructureEvent
from contracts.work import WorkEvent
from services.chassis.db import pruning, set_aside
from services.chassis.db.notify import Notifier
from services.chassis.db.pool import Pool, open_pool
from services.chassis.mail import letters
from services.chassis.mail import sending as mail
from services.chassis.process.background import Work
from services.chassis.process.clock import Clock
from services.chassis.process.files import Files
from services.chassis.process.lifetime import Lifetime
from services.chassis.process.turns import Turns
from services.chassis.streams import replay
from services.chassis.streams.tail import Stream
from services.chassis.web import app as web
from services.chassis.web import tokens
from services.chassis.web.jwks import jwks
from services.chassis.web.moments import Moments
from services.chassis.web.pages import Pages
from services.chassis.web.tokens import Signer, Verifier
from services.chassis.web.visits import visits
from services.chassis.worker import Duties, create_worker, streams_of
from services.directory import staff
from services.directory.calls import STAFF_CALLS
from services.directory.refusals import sentences_of
from services.directory.set_aside_pages import SetAsideDesk, pages_of
from services.directory.staff import StaffDesk
from services.hierarchy import results
from services.hierarchy.accounts.api import StaffSessions
from services.hierarchy.accounts.doors import Doors
from services.hierarchy.accounts.kit import StaffKit
from services.hierarchy.accounts.openid.provider import Provider
from services.hierarchy.accounts.openid.tokens import Registration
from services.hierarchy.accounts.pages.addresses import OwnAddressPages
from services.hierarchy.accounts.pages.openid import OpenIdPages
from services.hierarchy.accounts.pages.passwords import PasswordPages
from services.hierarchy.accounts.pages.sessions import SessionPages
from services.hierarchy.accounts.pages.sign_in import SignInPages
from services.hierarchy.accounts.passwords import Passwords, Secrets
from services.hierarchy.appointments.api import Appointments, Letterheads
from services.hierarchy.appointments.pages.acts import UPLOADS, ActPages
from services.hierarchy.appointments.pages.contact import ContactPages
from services.hierarchy.appointments.pages.correction import CorrectionPages
from services.hierarchy.appointments.pages.ending import EndingPages
from services.hierarchy.appointments.pages.invitations import InvitationPages
from services.hierarchy.appointments.pages.letterhead import LetterheadPages
from services.hierarchy.appointments.printing import Press
from services.hierarchy.briefings.api import GroupBriefings, OwnBriefings
from services.hierarchy.briefings.pages import BriefingPages
from services.hierarchy.cabinet.api import ContactsOf, Today
from services.hierarchy.cabinet.evening import write_evening_letters
from services.hierarchy.cabinet.pages.annex import AnnexPages
from services.hierarchy.cabinet.pages.audit import AuditPages
from services.hierarchy.cabinet.pages.contacts import contacts
from services.hierarchy.cabinet.pages.coordination import CoordinationPages
from services.hierarchy.cabinet.pages.groups import GroupPages
from services.hierarchy.cabinet.pages.leaflet import LeafletPages
from services.hierarchy.cabinet.pages.places import PlacePages
from services.hierarchy.cabinet.pages.result import ResultPages
from services.hierarchy.cabinet.pages.today import CabinetPages
from services.hierarchy.checkpoints.api import Checkpoints
from services.hierarchy.checkpoints.commands.write_warnings import write_warnings
from services.hierarchy.checkpoints.pages.council import CouncilCheckpoints
from services.hierarchy.checkpoints.pages.municipality import MunicipalityCheckpoints
from services.hierarchy.checkpoints.printing import ResultPress
from services.hierarchy.core.commands.chain_audit import chain_audit
from services.hierarchy.core.reading import FileReader
from services.hierarchy.core.store import campaigns
from services.hierarchy.groups import events as groups
from services.hierarchy.groups.api.groups import WorkingGroups
from services.hierarchy.groups.api.serving import Servings
from services.hierarchy.groups.commands.state_coverage import state_coverage
from services.hierarchy.groups.pages.changing import ChangingPages
from services.hierarchy.groups.pages.forming import FormingPages
from services.hierarchy.groups.pages.serving import ServingPages
from services.hierarchy.groups.pages.transformation import TransformationPages
from services.hierarchy.imports.pages.imports import ImportPages
from services.hierarchy.meetings.api.meetings import Agreements, Meetings
from services.hierarchy.meetings.commands.remind_of_meetings import remind_of_meetings
from services.hierarchy.meetings.pages.calling import CallingPages
from services.hierarchy.meetings.pages.holding import HoldingPages
from services.hierarchy.meetings.pages.lists import MeetingLists
from services.hierarchy.meetings.pages.meetings import MeetingPages
from services.hierarchy.meetings.printing import MinutesPress
from services.hierarchy.messages.api import Messages
from services.hierarchy.messages.pages import MessagePages
from services.hierarchy.orders.api.orders import Orders
from services.hierarchy.orders.commands.discard_files import discard_files
from services.hierarchy.orders.commands.remind_of_orders import remind_of_orders
from services.hierarchy.orders.pages.lists import OrderLists
from services.hierarchy.orders.pages.orders import OrderPages
from services.hierarchy.orders.pages.writing import WritingPages
from services.hierarchy.orders.printing import OrderPress
from services.hierarchy.pruning import RULES
from services.hierarchy.questions.api.questions import Questions
from services.hierarchy.questions.commands.keep_questions import keep_questions
from services.hierarchy.questions.pages.asking import AskingPages
from services.hierarchy.questions.pages.lists import QuestionLists
from services.hierarchy.questions.pages.questions import QuestionPages
from services.hierarchy.regulation.api import Regulations
from services.hierarchy.regulation.commands.keep_regulation import keep_regulation
from services.hierarchy.regulation.pages import RegulationPages
from services.hierarchy.reports.api import Summaries
from services.hierarchy.reports.commands.remind_of_reports import keep_reports
from services.hierarchy.reports.pages.cadence import CadencePages
from services.hierarchy.reports.pages.lists import ReportLists
from services.hierarchy.reports.pages.reports import ReportPages
from services.hierarchy.reports.printing import ReportPress
from services.hierarchy.restate import restate
from services.hierarchy.settings import HierarchySettings, OfficeSettings
from services.hierarchy.targets.api import MunicipalTargets
from services.hierarchy.targets.pages.all import TargetListPages
from services.hierarchy.targets.pages.one import TargetPages
from services.hierarchy.territory.api.calendars import ProductionCalendars
from services.hierarchy.territory.api.campaigns import Campaigns
from services.hierarchy.territory.api.municipalities import Municipalities
from services.hierarchy.territory.api.organizations import Organizations
from services.hierarchy.territory.commands.add_calendars import keep_calendars
from services.hierarchy.territory.pages.calendar import CalendarPages
from services.hierarchy.territory.pages.campaigns import CampaignPages
from services.hierarchy.territory.pages.organizations import OrganizationPages
from services.hierarchy.territory.pages.reception import ReceptionPages
from services.hierarchy.territory.pages.structure import StructurePages

PACKAGE = "services.hierarchy"
MIGRATIONS = (
    "services.chassis.db.migrations",
    "services.directory.migrations",
    "services.hierarchy.migrations",
)
READERS = (*results.READERS, *groups.READERS)
KINDS = (letters.KIND, replay.kind(READERS))
"""What hierarchy sets aside when it cannot be done."""

OPERATIONS = (
    *(Campaigns, ProductionCalendars, Municipalities, Organizations),
    StaffSessions,
    *(Appointments, Letterheads),
    *(WorkingGroups, Servings),
    Regulations,
    *(GroupBriefings, OwnBriefings),
    MunicipalTargets,
    Checkpoints,
    *(Meetings, Agreements),
    Orders,
    *(Questions, Messages),
    Summaries,
    *(Today, ContactsOf),
    jwks("hierarchy"),
)
PAGES = (
    *(SignInPages, PasswordPages, SessionPages, OwnAddressPages, OpenIdPages),
    *(StructurePages, CalendarPages, CampaignPages, OrganizationPages, ReceptionPages),
    ImportPages,
    *(EndingPages, ContactPages, CorrectionPages, InvitationPages, ActPages, LetterheadPages),
    *(FormingPages, ChangingPages, ServingPages, TransformationPages),
    RegulationPages,
    BriefingPages,
    *(TargetPages, TargetListPages),
    *(MunicipalityCheckpoints, CouncilCheckpoints),
    *(MeetingLists, CallingPages, MeetingPages, HoldingPages),
    *(OrderLists, WritingPages, OrderPages),
    *(QuestionLists, AskingPages, QuestionPages, MessagePages),
    *(ReportLists, ReportPages, CadencePages),
    *(
        CabinetPages,
        PlacePages,
        ResultPages,
        CoordinationPages,
        LeafletPages,
        GroupPages,
        AnnexPages,
        AuditPages,
        contacts,
    ),
    pages_of("hierarchy"),
)
"""Both by room, from below."""

PROVIDED = (
    "signer",
    "kit",
    "doors",
    "entrance",
    "press",
    "result_press",
    "minutes_press",
    "order_press",
    "report_press",
    "reader",
    "files",
    "uploads",
    "set_aside_desk",
)


def create_web(
    settings: OfficeSettings,
    lifetime: Lifetime,
    clock: Clock | None = None,
    hasher: PasswordHasher | None = None,
) -> Litestar:
    """The dictionaries, the staff and the cabinet. Everything is made when the application starts."""
    pages, sentences = Pages("hierarchy", PACKAGE, settings.support), sentences_of(PACKAGE)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        notifier = Notifier(settings)
        async with open_pool(settings, notifier) as pool:
            secret = settings.signing_key_file.read_bytes()
            signer, verifier = Signer("hierarchy", secret), Verifier(tokens.keys_from(pool))
            await tokens.publish(pool, signer)
            time = clock or Clock()
            desk = StaffDesk(pool, verifier, time, settings.secure)
            kit = StaffKit(pool, pages, sentences, settings.secure, signer, verifier, desk, time)
            aside = SetAsideDesk("hierarchy", pages, desk, {kind.word: kind.name for kind in KINDS})
            entrance = settings.entrance
            doors = Doors(entrance, Passwords(hasher), Secrets(secret), provider_of(settings))
            app.state.update(pool=pool, signer=signer, desk=desk, set_aside_desk=aside)
            app.state.update(moments=Moments(time), is_demonstration=partial(is_demonstration, pool))
            app.state.update(kit=kit, doors=doors, entrance=entrance, press=Press(), reader=FileReader())
            app.state.update(result_press=ResultPress())
            app.state.update(minutes_press=MinutesPress(), order_press=OrderPress())
            app.state.update(report_press=ReportPress())
            app.state.update(files=Files(settings.files_url), uploads=Turns(*UPLOADS))
            async with lifetime.background(notifier.run):
                yield

    return web.create_app(
        web.Parts(
            title="Муниципальный диалог: структура региона",
            handlers=[*OPERATIONS, *PAGES],
            lifespan=lifespan,
            sentences=sentences,
            pages=pages,
            works=lifetime.works,
            cookie=staff.cookie_of(settings.secure),
            provides=PROVIDED,
            calls={"visit": visits("kit"), **STAFF_CALLS},
        )
    )


async def is_demonstration(pool: Pool) -> bool:
    """Whether the open campaign is for demonstration."""
    async with pool.acquire() as db:
        campaign = await campaigns.now_open(db)
    return campaign is not None and campaign.demonstration


def provider_of(settings: HierarchySettings) -> Provider | None:
    """The provider by which the staff comes in, if there is one. Raises ValueError for an empty secret."""
    if not (settings.openid_issuer and settings.openid_client):
        return None
    file = settings.openid_secret_file
    secret = file.read_text("utf-8").strip() if file else None
    if secret == "":
        raise ValueError(f"{file} is empty: it must hold the secret of APP_OPENID_CLIENT")
    back, goodbye = f"{settings.public_url}/staff/openid/back", f"{settings.public_url}/staff/sign-in"
    vouches, issuer, client = settings.openid_emails_verified, settings.openid_issuer, settings.openid_client
    return Provider(Registration(issuer, client, secret, back, goodbye, vouches))


def create_hierarchy_worker(settings: OfficeSettings, lifetime: Lifetime) -> Litestar:
    """Sends events and letters, reads results, chains the audit."""
    files = Files(settings.files_url)
    signer = Signer("hierarchy", settings.signing_key_file.read_bytes())

    def works(pool: Pool) -> Sequence[Work]:
        return (
            partial(mail.send_letters, settings, pool),
            partial(set_aside.retry_asked, settings, pool, KINDS, sentences_of(PACKAGE)),
            partial(chain_audit, settings, pool),
            partial(state_coverage, pool, Clock()),
            partial(keep_calendars, pool, Clock()),
            partial(keep_regulation, pool, Clock()),
            partial(write_warnings, settings.entrance, pool, Clock()),
            partial(remind_of_meetings, settings.entrance, pool, Clock()),
            partial(remind_of_orders, settings.entrance, pool, Clock()),
            partial(keep_questions, settings.entrance, pool, Clock()),
            partial(write_evening_letters, settings.entrance, pool, Clock()),
            partial(keep_reports, settings.entrance, pool, Clock()),
            partial(pruning.prune, pool, RULES),
            partial(discard_files, pool, files),
        )

    own_keys = Stream(keys.KeyPublished.topic, keys.ISSUERS["hierarchy"])
    told = (StructureEvent.topic, AppointmentEvent.topic, WorkEvent.topic)
    streams = [*(stream for topic in told for stream in streams_of(topic)), own_keys]
    return create_worker(settings, lifetime, Duties("hierarchy", streams, restate(signer), READERS, works))
