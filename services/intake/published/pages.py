"""Pages that everybody may open, and programs follow: published initiatives as a list, one by
its link, as a feed."""

from hashlib import sha256
from typing import TypeAlias, TypeVar

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.structure import CampaignDefined
from services.chassis.errors import NotFound
from services.chassis.text import one_line
from services.chassis.web.forms import Form, Option, number_of, uuid_of
from services.chassis.web.requests import AnyRequest
from services.chassis.web.visits import Answer, Visit
from services.directory.region import Picture, alphabet
from services.intake.core.domain import Author
from services.intake.published import reading
from services.intake.published.exporting import MEDIA_TYPE, Feed, atom
from services.intake.published.reading import campaign_shown, cursor, cursor_of, places_of
from services.intake.published.showing import (
    COLOURS,
    HERE,
    STATUSES,
    address_of,
    feed_of,
    list_of,
    names_of,
    rows,
)
from services.intake.published.store.open_texts import Wanted

PORTION, ENTRIES = 20, 50
"""Initiatives on a page, and in a document of the feed."""

LONGEST = 200
"""Characters of a search."""

FRESH = 60
"""Seconds for which a copy may be shown; what was taken down is gone after them everywhere."""

Content = TypeVar("Content", str, bytes)

Look: TypeAlias = NamedDependency[Visit[Author]]


class OpenPages(Controller):
    """What is published."""

    path = HERE
    include_in_schema = False

    @get()
    async def region(self, visit: Look, picture: NamedDependency[Picture]) -> Answer | Response[None]:
        """Of the whole region; a municipality that is chosen has a page of its own."""
        chosen = visit.query.get("municipality", "")
        if chosen in picture.municipalities:
            return visit.go(list_of(chosen, **_asked(visit)))
        return await _list(visit, picture)

    @get("/{code:str}")
    async def municipality(
        self, visit: Look, picture: NamedDependency[Picture], code: FromPath[str]
    ) -> Answer | Response[None]:
        """Of a municipality, a district's with its settlements'."""
        if successor := picture.successors.get(code):
            return visit.go(list_of(successor, **_asked(visit)))
        return await _list(visit, picture, code)

    @get("/initiatives/{which:str}")
    async def initiative(
        self, visit: Look, picture: NamedDependency[Picture], which: FromPath[str]
    ) -> Response[str] | Response[None]:
        """One by its number or id, or why it is published no longer."""
        key = number_of(which, longest=18) or uuid_of(which)
        if key is None:
            raise NotFound("text-not-open")
        found = await reading.one(visit.pool, picture, key)
        about = found.about
        visit.status = 410 if found.gone else 200
        page = await visit.page(
            "published/one.html" if found.text else "published/gone.html",
            found=found,
            place=picture.name_of(about.place),
            place_href=list_of(about.place),
            direction=names_of(found.campaign).get(about.direction, ""),
            status_word=STATUSES.get(about.status, ""),
            sentence=visit.kit.sentences(f"text-{found.gone}", {}) if found.gone else "",
            colour=COLOURS.get(about.status, ""),
            into_href=address_of(found.into.number) if found.into else "",
            zone=found.campaign.time_zone,
            canonical=address_of(about.number),
        )
        return cached(visit.request, page, visit.signed_in)

    @get("/feed.atom")
    async def feed(
        self, request: AnyRequest, visit: Look, picture: NamedDependency[Picture], site: NamedDependency[str]
    ) -> Response[bytes] | Response[None]:
        """What was published, changed or taken down in the region."""
        return await _feed(request, visit, picture, site)

    @get("/{code:str}/feed.atom")
    async def feed_of_municipality(
        self,
        request: AnyRequest,
        visit: Look,
        picture: NamedDependency[Picture],
        site: NamedDependency[str],
        code: FromPath[str],
    ) -> Response[bytes] | Response[None]:
        """The same of a municipality."""
        return await _feed(request, visit, picture, site, code)


def _asked(visit: Visit[Author]) -> dict[str, str]:
    return {name: one_line(visit.query.get(name, ""))[:LONGEST] for name in ("q", "direction")}


def _wanted(campaign: CampaignDefined, picture: Picture, code: str, after: str, **asked: str) -> Wanted:
    direction = asked.get("direction", "")
    return Wanted(
        campaign.id,
        places_of(picture, code) if code else None,
        direction if direction in names_of(campaign) else "",
        asked.get("q", ""),
        cursor_of(after),
    )


async def _list(visit: Visit[Author], picture: Picture, code: str = "") -> Response[str] | Response[None]:
    campaign, asked = campaign_shown(picture), _asked(visit)
    wanted = _wanted(campaign, picture, code, visit.query.get("after", ""), **asked)
    found = await reading.page(visit.pool, wanted, PORTION)
    visit.form = Form({**asked, "direction": wanted.direction, "municipality": code})
    narrowed = {"q": wanted.q, "direction": wanted.direction}
    page = await visit.page(
        "published/list.html",
        rows=rows(picture, campaign, found.lines),
        next=list_of(code, **narrowed, after=cursor(found.after)) if found.after else "",
        begun="after" in visit.query,
        narrowed=any(narrowed.values()),
        code=code,
        place=picture.name_of(code),
        feed=feed_of(code),
        here=list_of(code),
        directions=[Option(each.code, each.name) for each in campaign.directions],
        municipalities=await _places(visit, picture, campaign, code),
        figures=campaign.figures == "public",
        zone=campaign.time_zone,
    )
    return cached(visit.request, page, visit.signed_in)


async def _places(
    visit: Visit[Author], picture: Picture, campaign: CampaignDefined, code: str
) -> list[Option]:
    """Those that the choice offers: of which something is published, and the one that is shown."""
    known = await reading.places(visit.pool, campaign.id)
    here = {picture.successors.get(each, each) for each in known} | ({code} if code else set())
    found = [Option(each, picture.name_of(each)) for each in here if picture.name_of(each)]
    return sorted(found, key=lambda option: alphabet(option.name))


async def _feed(
    request: AnyRequest, visit: Visit[Author], picture: Picture, site: str, code: str = ""
) -> Response[bytes] | Response[None]:
    campaign, after = campaign_shown(picture), cursor_of(visit.query.get("after", ""))
    here = cursor(after) if "after" in visit.query else ""
    found = await reading.changes(visit.pool, _wanted(campaign, picture, code, here), ENTRIES)
    onward = cursor(found.after) if found.after else ""
    body = atom(Feed(site, picture, campaign, found.lines, code, here, onward))
    return cached(request, Response(body, media_type=MEDIA_TYPE), signed_in=False)


def cached(
    request: AnyRequest, answer: Response[Content], signed_in: bool
) -> Response[Content] | Response[None]:
    """The answer, which may be shown again for a minute, and is not sent again while it is the same. Whoever
    is signed in has a page of their own."""
    if signed_in:
        return answer
    content = answer.content if isinstance(answer.content, bytes) else str(answer.content).encode()
    tag = f'"{sha256(content).hexdigest()[:24]}"'
    headers = {"Cache-Control": f"public, max-age={FRESH}", "ETag": tag, "Vary": "Cookie"}
    if answer.status_code in (None, 200) and tag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
