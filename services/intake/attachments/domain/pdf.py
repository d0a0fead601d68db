"""What in a PDF does more than show pages: scripts, programs, files within, and what may hide them. Pure.

No reader of PDF is used: it would have to be trusted with what is meant to break it. Names are looked for in
all of the bytes and in what object streams unpack to; whichever of these cannot be looked into is refused.
"""

import re
import zlib

from services.chassis.errors import Invalid

UNPACKED_MOST = 60_000_000
"""Bytes that all object streams of a document unpack to at most."""

ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
AFTER = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%])"

ACTING = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|FileAttachment|Rendition|RichMedia(?:Content)?|GoToE|ImportData|XFA)"
    + AFTER
)
"""Names that no bytes of an image have by chance."""

SHORT = re.compile(rb"/(?:JS|EF)" + AFTER)
"""The same in short: they are looked for where no image is."""

ENCRYPTED = re.compile(rb"/Encrypt" + AFTER)
OBJECT_STREAM = re.compile(rb"/ObjStm" + AFTER)
BEGINS = re.compile(rb"(?<!end)stream\r?\n?")
CONTENT = re.compile(rb"stream.*?endstream", re.DOTALL)
OBJECTS = re.compile(rb"[\x00\t\n\f\r ]*(?:[0-9]|%)")
"""What an object stream begins with, whatever its dictionary calls it: the number of its first object."""

PEEPED = 200
"""Bytes by which it is told from an image."""

PORTION = 16_384


def check_pdf(body: bytes) -> None:
    """Raises Invalid for a document that does more than show pages, or may."""
    said = _unescaped(body)
    if ENCRYPTED.search(said):
        raise Invalid("attachment-pdf-locked", field="file")
    if ACTING.search(said) or SHORT.search(_unescaped(CONTENT.sub(b" ", body))):
        raise Invalid("attachment-pdf-active", field="file")
    left, before = UNPACKED_MOST, 0
    for begins in BEGINS.finditer(body):
        is_named = OBJECT_STREAM.search(_unescaped(body[before : begins.start()]))
        before = begins.start()
        objects = _objects(body, begins.end(), left)
        left -= len(objects)
        if left <= 0 or (is_named and not objects):
            raise Invalid("attachment-pdf-unclear", field="file")
        objects = _unescaped(objects)
        if ACTING.search(objects) or SHORT.search(objects):
            raise Invalid("attachment-pdf-active", field="file")


def _objects(body: bytes, at: int, most: int) -> bytes:
    """What the stream that begins here holds, `most` bytes of it; nothing if these are no objects."""
    try:
        if not OBJECTS.match(zlib.decompressobj().decompress(body[at : at + 10 * PEEPED], PEEPED)):
            return b""
        return _unpacked(body, at, most)
    except zlib.error:
        return body[at : body.find(b"endstream", at)] if OBJECTS.match(body, at) else b""


def _unpacked(body: bytes, at: int, most: int) -> bytes:
    unpacked, reader = bytearray(), zlib.decompressobj()
    # Bit by bit: what follows the stream would be copied for each stream anew.
    while not reader.eof and at < len(body) and len(unpacked) < most:
        unpacked += reader.decompress(reader.unconsumed_tail + body[at : at + PORTION], most - len(unpacked))
        at += PORTION
    return bytes(unpacked)


def _unescaped(body: bytes) -> bytes:
    """With the names as they are meant: /J#61vaScript is /JavaScript."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), body)
