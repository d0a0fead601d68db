"""Pages: what somebody asks on the telephone or in person, written down while they speak."""

from dataclasses import dataclass
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency

from contracts.hotline import Channel
from services.chassis.db import tenancy
from services.chassis.web.forms import LONGEST_FORM, Form, Option, from_here, uuid_of
from services.chassis.web.visits import Answer as Page
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.consultations import choices
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.domain.themes import Theme
from services.hotline.core.region import Known
from services.hotline.core.store import themes
from services.hotline.desk import callers, case
from services.hotline.desk.commands.keep_draft import Typed, drop_draft, home_of, keep_draft
from services.hotline.desk.commands.record_inquiry import CHANNELS, Told, record_inquiry
from services.hotline.desk.domain.drafts import NEW, Draft, about_caller
from services.hotline.desk.showing import CHANNELS as NAMES
from services.hotline.desk.store import drafts

HERE = "/hotline/cases/new"


@dataclass(frozen=True, slots=True)
class Begun:
    """What somebody has begun before: this one, and others."""

    draft: Draft | None
    others: list[tuple[str, str, Draft]]
    themes: list[Theme]


class NewCasePages(Controller):
    """A new case."""

    path = HERE
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def blank(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Page:
        """The form with what was typed before, or with the number that calls."""
        phone = visit.query.get("phone", "")[:60]
        about = visit.query.get("draft", "") or about_caller(phone)
        begun = await _begun(visit, about)
        told = {name: visit.query.get(name, "")[:200] for name in ("call", "line") if visit.query.get(name)}
        given = {"municipality": home_of(visit.who), "channel": Channel.PHONE.value, "phone": phone, **told}
        visit.form.values = given | dict(begun.draft.content if begun.draft else {}) | {"about": about}
        return await _form(visit, known, begun)

    @post()
    async def record(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Page:
        """On to the case; or the form again with what was found, what is wrong, or that it is kept."""
        form = await visit.sent()
        about = form.of("about") or NEW
        async with visit.refusing():
            if "keep" in form.values:
                await keep_draft(visit.pool, visit.who, Typed(about, form.values), visit.now)
                return visit.go(HERE, draft=about, done="kept")
            if "drop" in form.values:
                await drop_draft(visit.pool, visit.who, about)
                return visit.go("/hotline")
            if "find" not in form.values:
                given = _told(form, about)
                done = await record_inquiry(visit.pool, known, visit.who, given, await visit.moment())
                if await case.is_seen(visit.pool, visit.who, done.id):
                    return visit.go(f"/hotline/cases/{done.id}", done="opened")
                return visit.go(HERE, done="opened", number=done.number)
        return await _form(visit, known, await _begun(visit, about))

    @get("/callers")
    async def callers(self, visit: NamedDependency[Visit[Staff]]) -> Response[str]:
        """Who is behind a number, as a part of the form."""
        found = await callers.find(visit.pool, visit.who, visit.query.get("phone", ""))
        form = Form({"who": visit.query["who"]} if "who" in visit.query else {})
        return visit.kit.pages.render(visit.request, "desk/callers_part.html", form=form, callers=found)


async def _begun(visit: Visit[Staff], about: str) -> Begun:
    home = home_of(visit.who)
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, home)
        found = await drafts.of(db, home, visit.who.account, about) if about.startswith(NEW) else None
        others = await drafts.unfinished(db, [home], visit.who.account)
        every = await themes.every(db)
    known = [(f"{HERE}?{urlencode({'draft': d.about})}", d.called, d) for d in others if d.about != about]
    return Begun(found, known, [theme for theme in every if not theme.removed])


async def _form(visit: Visit[Staff], known: Known, begun: Begun) -> Response[str]:
    form = visit.form
    places = [Option(code, known.picture.name_of(code)) for code in sorted(places_of(visit.who, Deed.WORK))]
    return await visit.page(
        "desk/new.html",
        places=places,
        place=known.picture.name_of(form.of("municipality")),
        themes=begun.themes,
        channels=[Option(channel, NAMES[channel]) for channel in CHANNELS],
        callers=await callers.find(visit.pool, visit.who, form.of("phone")),
        organizations=choices.organizations(known, visit.who, form.of("municipality"), form),
        others=begun.others,
        kept_at=begun.draft.kept_at if begun.draft else None,
        done=visit.query.get("done", ""),
        number=visit.query.get("number", "")[:20],
        address=HERE,
    )


def _told(form: Form, about: str) -> Told:
    chosen = form.of("organization")
    unchosen = (
        choices.NONE_CHOSEN if form.of("organization_q") and "organization" not in form.values else None
    )
    return Told(
        municipality=form.of("municipality"),
        organization=(uuid_of(chosen) or choices.NONE_CHOSEN) if chosen else unchosen,
        theme=form.of("theme"),
        text=form.of("text"),
        channel=form.of("channel"),
        name=form.of("name"),
        phone=form.of("phone"),
        email=form.of("email"),
        like=uuid_of(form.of("who")),
        call=form.of("call"),
        line=form.of("line"),
        draft=about,
    )
