"""Pages: the answers that are kept: drafted, changed, approved, published, removed."""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.event import REGION
from services.chassis.db import tenancy
from services.chassis.errors import NotFound
from services.chassis.web.forms import LONGEST_FORM, Form, from_here, number_of, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hotline.answers.choices import default_place, keepers_places, theme_names, theme_options
from services.hotline.answers.commands.draft_answer import Change, NewAnswer, change_answer, draft_answer
from services.hotline.answers.commands.keep_answer import (
    Approval,
    Publication,
    approve_answer,
    publish_answer,
    remove_answer,
)
from services.hotline.answers.domain.answers import Answer as Kept
from services.hotline.answers.domain.answers import Version, Wording, approving, drafting
from services.hotline.answers.domain.placeholders import MEANINGS
from services.hotline.answers.owning import check_owns, owns
from services.hotline.answers.store import answers
from services.hotline.answers.store.answers import AT_ONCE
from services.hotline.core.authority import Deed, authority, may, places_of
from services.hotline.core.region import Known
from services.hotline.core.store import themes

LIST = "/hotline/answers/drafts"
STATES = ("", "pending", "in-use", "published")


class AnswerPages(Controller):
    """The answers of a municipality, and of the region, for those who keep them."""

    path = "/hotline/answers"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get("/drafts")
    async def all(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Response[str]:
        """What is kept, what waits for approval first."""
        place, theme = visit.query.get("municipality") or default_place(known, visit.who), _theme(visit)
        _check_seen(visit.who, place)
        state = visit.query.get("state", "") if visit.query.get("state", "") in STATES else ""
        async with visit.pool.acquire() as db, db.transaction():
            await tenancy.see(db, "*" if _keeps_region(visit.who, place) else place)
            every = await themes.every(db)
            found = await answers.listed(db, place, theme, state, uuid_of(visit.query.get("after", "")))
        asked = {"municipality": place, "theme": theme, "state": state}
        more = {**asked, "after": str(found[AT_ONCE - 1].id)} if len(found) > AT_ONCE else {}
        visit.form.values = asked
        return await visit.page(
            "answers/kept.html",
            found=found[:AT_ONCE],
            place=place,
            places=keepers_places(known, visit.who),
            themes=theme_options(every),
            theme_names=theme_names(every),
            drafts=may(visit.who, drafting(place), place),
            more=f"{LIST}?{urlencode(more)}" if more else "",
            done=visit.query.get("done", ""),
        )

    @get("/new")
    async def new(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Response[str]:
        """An empty form."""
        place = visit.query.get("municipality") or default_place(known, visit.who)
        visit.form.values = {
            "municipality": place,
            "theme": _theme(visit),
            "title": visit.query.get("title", ""),
        }
        return await _draft(visit, known)

    @post("/new")
    async def draft(self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known]) -> Answer:
        """A draft, which waits for approval."""
        form = await visit.sent()
        async with visit.refusing():
            given = NewAnswer(form.of("municipality"), _wording(form))
            drafted = await draft_answer(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(f"/hotline/answers/{drafted.id}", done="drafted")
        return await _draft(visit, known)

    @get("/{id_:uuid}")
    async def one(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Response[str]:
        """What it says, what waits for approval, and its versions."""
        return await _one(visit, known, id_)

    @get("/{id_:uuid}/text")
    async def edit(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The words as they were written last, to be changed."""
        return await _edit(visit, id_)

    @post("/{id_:uuid}/text")
    async def change(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """Another version, which waits for approval; the old one stays in use."""
        form = await visit.sent()
        async with visit.refusing():
            given = Change(id_, number_of(form.of("seen")) or 0, _wording(form))
            changed = await change_answer(visit.pool, visit.who, given, await visit.moment())
            return visit.go(f"/hotline/answers/{id_}", done="drafted" if changed.is_pending else "unchanged")
        return await _edit(visit, id_)

    @post("/{id_:uuid}/approval")
    async def approve(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Answer:
        """The version that they read may be sent."""
        form = await visit.sent()
        async with visit.refusing():
            given = Approval(id_, number_of(form.of("nth")) or 0)
            await approve_answer(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(f"/hotline/answers/{id_}", done="approved")
        return await _one(visit, known, id_)

    @post("/{id_:uuid}/publication")
    async def publish(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Answer:
        """Everybody reads it, or nobody but the staff."""
        form = await visit.sent()
        async with visit.refusing():
            given = Publication(id_, form.of("published") == "1")
            kept = await publish_answer(visit.pool, known, visit.who, given, await visit.moment())
            return visit.go(f"/hotline/answers/{id_}", done="published" if kept.published else "hidden")
        return await _one(visit, known, id_)

    @get("/{id_:uuid}/removal")
    async def ask(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Response[str]:
        """Whether it shall really go."""
        return await _removal(visit, known, id_)

    @post("/{id_:uuid}/removal")
    async def remove(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], id_: FromPath[UUID]
    ) -> Answer:
        """It is sent and shown no more."""
        await visit.sent()
        async with visit.refusing():
            await remove_answer(visit.pool, known, visit.who, id_, await visit.moment())
            return visit.go(LIST, done="removed")
        return await _removal(visit, known, id_)


def _theme(visit: Visit[Staff]) -> str:
    return visit.query.get("theme", "")


def _wording(form: Form) -> Wording:
    return Wording(form.of("theme"), form.of("title"), form.of("text"))


def _keeps_region(by: Staff, place: str) -> bool:
    """Whether somebody keeps the region's answers, and so sees how often they were sent anywhere."""
    return place == REGION and may(by, Deed.KEEP_REGION_ANSWERS, REGION)


def _check_seen(by: Staff, place: str) -> None:
    """Everybody of the staff who works anywhere reads the region's answers. Raises NotFound."""
    if place != REGION:
        authority(by, Deed.WORK, place)
    elif not _keeps_region(by, place) and not places_of(by, Deed.WORK):
        raise NotFound("answer-unknown")


async def _draft(visit: Visit[Staff], known: Known) -> Response[str]:
    place = visit.form.of("municipality")
    authority(visit.who, drafting(place), place)
    async with visit.pool.acquire() as db:
        every = await themes.every(db)
    places = [
        each for each in keepers_places(known, visit.who) if may(visit.who, drafting(each.code), each.code)
    ]
    return await visit.page(
        "answers/text.html", themes=theme_options(every), meanings=MEANINGS, places=places, kept=None
    )


async def _seen(visit: Visit[Staff], id_: UUID) -> tuple[Kept, list[Version]]:
    async with visit.pool.acquire() as db, db.transaction():
        await tenancy.see(db, REGION, *visit.who.municipalities)
        kept = await answers.one(db, id_)
        _check_seen(visit.who, kept.municipality)
        return kept, await answers.versions(db, kept)


async def _one(visit: Visit[Staff], known: Known, id_: UUID) -> Response[str]:
    kept, versions = await _seen(visit, id_)
    place = kept.municipality
    async with visit.pool.acquire() as db:
        every = await themes.every(db)
        approves = await owns(db, known, visit.who, place, visit.now)
    return await visit.page(
        "answers/one.html",
        kept=kept,
        former=[each for each in versions if each.nth not in (kept.latest, kept.in_use)],
        latest=versions[0],
        in_use=next((each for each in versions if each.nth == kept.in_use), None),
        place_name=known.picture.name_of(place) or "Весь регион",
        theme_names=theme_names(every),
        back=f"{LIST}?{urlencode({'municipality': place})}",
        drafts=may(visit.who, drafting(place), place),
        approves=approves,
        done=visit.query.get("done", ""),
    )


async def _edit(visit: Visit[Staff], id_: UUID) -> Response[str]:
    kept, versions = await _seen(visit, id_)
    authority(visit.who, drafting(kept.municipality), kept.municipality)
    async with visit.pool.acquire() as db:
        every = await themes.every(db)
    stands = versions[0].wording
    written = {"theme": stands.theme, "title": stands.title, "text": stands.text, "seen": str(kept.latest)}
    visit.form.values = written | visit.form.values
    return await visit.page(
        "answers/text.html", themes=theme_options(every), meanings=MEANINGS, places=[], kept=kept
    )


async def _removal(visit: Visit[Staff], known: Known, id_: UUID) -> Response[str]:
    kept, versions = await _seen(visit, id_)
    authority(visit.who, approving(kept.municipality), kept.municipality)
    async with visit.pool.acquire() as db:
        await check_owns(db, known, visit.who, kept.municipality, visit.now)
    return await visit.page("answers/removal.html", kept=kept, title=versions[0].wording.title)
