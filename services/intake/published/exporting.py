"""Open texts as a feed (Atom, RFC 4287): what was published or changed, and what was taken down (RFC 6721).
Titles and links alone: the text is read where it lies."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring
from zoneinfo import ZoneInfo

from contracts.structure import CampaignDefined
from services.directory.region import Picture
from services.intake.published.reading import Line
from services.intake.published.showing import address_of, feed_of, list_of, names_of

ATOM, TOMBSTONES = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"

for prefix, namespace in (("", ATOM), ("at", TOMBSTONES)):
    register_namespace(prefix, namespace)

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, escaped or not (XML 1.0, 2.2)."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A portion of the feed, of the region or of a municipality. `here`: where it began;
    `onward`: where it goes on."""

    site: str
    picture: Picture
    campaign: CampaignDefined
    lines: Sequence[Line]
    code: str = ""
    here: str = ""
    onward: str = ""


def atom(feed: Feed) -> bytes:
    """The portion as a document, the last change first."""
    campaign, name = feed.campaign, feed.picture.name_of(feed.code)
    whole, zone = Element(f"{{{ATOM}}}feed"), ZoneInfo(campaign.time_zone)
    _add(whole, "id", uuid5(NAMESPACE_URL, f"{feed.site}{list_of(feed.code)}#{campaign.id}").urn)
    _add(whole, "title", " – ".join(filter(None, ("Опубликованные инициативы", name, campaign.name))))
    began = datetime.combine(campaign.prepare_from, time(), zone)
    _add(whole, "updated", _at(max((one.listed.changed_at for one in feed.lines), default=began), zone))
    _add(SubElement(whole, f"{{{ATOM}}}author"), "name", campaign.name)
    for rel, address in _links(feed):
        SubElement(whole, f"{{{ATOM}}}link", rel=rel, href=f"{feed.site}{address}")
    directions = names_of(campaign)
    for one in feed.lines:
        if one.listed.gone_at is not None:
            when = _at(one.listed.gone_at, zone)
            SubElement(whole, f"{{{TOMBSTONES}}}deleted-entry", ref=one.listed.id.urn, when=when)
        else:
            _enter(whole, feed, one, directions.get(one.listed.direction, ""), zone)
    written: bytes = tostring(whole, "utf-8", xml_declaration=True)
    return written


def _links(feed: Feed) -> Iterator[tuple[str, str]]:
    yield "self", feed_of(feed.code, feed.here)
    yield "alternate", list_of(feed.code)
    yield "first", feed_of(feed.code)
    if feed.onward:
        yield "next", feed_of(feed.code, feed.onward)


def _enter(whole: Element, feed: Feed, one: Line, direction: str, zone: ZoneInfo) -> None:
    listed, entry = one.listed, SubElement(whole, f"{{{ATOM}}}entry")
    _add(entry, "id", listed.id.urn)
    _add(entry, "title", one.title)
    _add(entry, "published", _at(listed.published_at, zone))
    _add(entry, "updated", _at(listed.changed_at, zone))
    SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=f"{feed.site}{address_of(listed.number)}")
    for scheme, term, label in (
        ("municipality", listed.place, feed.picture.name_of(listed.place)),
        ("direction", listed.direction, direction),
        ("status", listed.status.value, ""),
    ):
        told = {"label": _harmless(label)} if label else {}
        about = {"scheme": f"{feed.site}/open#{scheme}", "term": _harmless(term)}
        SubElement(entry, f"{{{ATOM}}}category", about | told)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = _harmless(text)


def _harmless(text: str) -> str:
    return FORBIDDEN.sub("", text)


def _at(moment: datetime, zone: ZoneInfo) -> str:
    """With the region's offset (RFC 3339)."""
    return moment.astimezone(zone).isoformat()
