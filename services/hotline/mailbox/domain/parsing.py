"""Reading a letter as it travelled: whatever is wrong with it, what can be read is."""

import re
from base64 import b64decode
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parseaddr
from hashlib import sha256
from typing import Any, TypeAlias

from services.chassis import text as texts
from services.hotline.mailbox.domain import charsets, markup, quoting
from services.hotline.mailbox.domain.attachments import judged
from services.hotline.mailbox.domain.letters import (
    OUTLOOK,
    UNREADABLE,
    Letter,
    refused_note,
    too_large_note,
)
from services.hotline.mailbox.domain.senders import author_of
from services.hotline.mailbox.domain.threads import IDENTIFIER, identifiers

Mail: TypeAlias = "Message[Any, Any]"

WHOLE_LONGEST = 100_000
SUBJECT_LONGEST, NAME_LONGEST = 300, 120
DEEPEST, PARTS_MOST = 20, 300
SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
RAW_BODY = re.compile(rb"\r?\n\r?\n")


def read(content: bytes, size: int = 0) -> Letter:
    """A letter, of which `content` is all, or the beginning if all of it has so many bytes."""
    notes = [too_large_note(size)] if size > len(content) else []
    try:
        mail = message_from_bytes(content, policy=compat32)
        body, files = _content(mail)
    except Exception:
        mail = BytesHeaderParser(policy=compat32).parsebytes(content)
        body, files = charsets.decoded(content.partition(_gap(content))[2][:WHOLE_LONGEST]), []
        notes.append(UNREADABLE)
    # Of a letter that was cut the last file is half a file.
    return _letter(mail, body, files[: -1 if size > len(content) else None], notes)


def _gap(content: bytes) -> bytes:
    """What ends the head of a letter."""
    found = RAW_BODY.search(content)
    return found[0] if found else b"\r\n\r\n"


def _letter(mail: Mail, body: str, files: list[tuple[str, bytes]], notes: list[str]) -> Letter:
    headers = headers_of(mail)
    name, sender = _sender(str(dict(reversed(_named(mail))).get("from", "")))
    subject = texts.one_line(headers.get("subject", ""))[:SUBJECT_LONGEST]
    message_id = "".join(IDENTIFIER.findall(headers.get("message-id", ""))[:1])
    kept, refused = judged(files)
    notes = [*notes, *map(refused_note, refused)]
    if any(file.media_type == "application/ms-tnef" for file in kept):
        notes.append(OUTLOOK)
    whole = texts.several_lines(body[:WHOLE_LONGEST])
    return Letter(
        sender=sender,
        sender_name=name,
        subject=subject,
        author=author_of(headers, sender, subject, _became(mail)),
        text=quoting.fresh(whole),
        whole=whole,
        digest=_digest(headers, whole, [body for _, body in files]),
        message_id=message_id,
        references=identifiers(
            headers.get("in-reply-to", ""), headers.get("references", ""), _reported(mail)
        ),
        files=kept,
        notes=notes,
    )


def headers_of(mail: Mail) -> dict[str, str]:
    """The first header of each name, in small letters, decoded."""
    return {name: header(value) for name, value in reversed(_named(mail))}


def _named(mail: Mail) -> list[tuple[str, str]]:
    return [(name.lower(), str(value)) for name, value in mail.raw_items()]


def header(raw: str) -> str:
    """A header as people read it: encoded words decoded, and bytes that are in no charset guessed."""
    if any("\udc80" <= sign <= "\udcff" for sign in raw):
        raw = charsets.decoded(raw.encode("utf-8", "surrogateescape"))
    try:
        parts = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return "".join(_word(part, charset) for part, charset in parts).replace("\n", " ").replace("\r", " ")


def _word(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    return charsets.decoded(part, charset) if charset else part.decode("raw-unicode-escape", "replace")


def _sender(given: str) -> tuple[str, str]:
    name, address = map(header, parseaddr(given))
    if "@" not in address and (bare := re.search(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+", given)):
        address = bare[0]
    return texts.one_line(name)[:NAME_LONGEST], texts.one_line(address)[:254]


def _content(mail: Mail) -> tuple[str, list[tuple[str, bytes]]]:
    """The words of a letter, and its files by their names."""
    words: list[str] = []
    files: list[tuple[str, bytes]] = []
    for part in _leaves(mail, 0):
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            raise ValueError("parts within parts without end")
        name = header(part.get_filename() or _described(part))
        attached = part.get_content_disposition() == "attachment" or name
        if part.get_content_maintype() in ("text", "") and not attached:
            words.append(_words(part))
        elif part.get_content_type() not in SIGNATURES:
            files.append((name or _nameless(part), _bytes(part)))
    return "\n\n".join(filter(None, words)), files


def _leaves(mail: Mail, depth: int) -> Iterator[Mail]:
    """The parts that hold something, of alternatives the one that is read."""
    parts = mail.get_payload()
    within = [part for part in parts if isinstance(part, Message)] if isinstance(parts, list) else []
    as_it_is = mail.get_content_type() == "message/rfc822" and depth
    if as_it_is or depth > DEEPEST or not isinstance(parts, list):
        yield mail
    elif mail.get_content_type() == "multipart/alternative":
        yield from _alternative(within[:PARTS_MOST], depth)
    else:
        for part in within[:PARTS_MOST]:
            yield from _leaves(part, depth + 1)


def _alternative(parts: list[Mail], depth: int) -> Iterator[Mail]:
    leaves = [leaf for part in parts for leaf in _leaves(part, depth + 1)]
    texts_ = [leaf for leaf in leaves if leaf.get_content_maintype() == "text" and not leaf.get_filename()]
    plain = [leaf for leaf in texts_ if leaf.get_content_subtype() == "plain" and _words(leaf)]
    yield from (
        plain[:1] or [leaf for leaf in texts_ if leaf.get_content_subtype() == "html"][:1] or texts_[:1]
    )
    yield from (leaf for leaf in leaves if leaf not in texts_)


def _words(part: Mail) -> str:
    charset = part.get_content_charset() or ""
    text = charsets.decoded(_bytes(part), charset)
    if part.get_content_subtype() == "html":
        text = markup.text_of(text)
    return texts.several_lines(text)


def _bytes(part: Mail) -> bytes:
    if part.is_multipart():
        # A letter within the letter travels as it is.
        inner = part.get_payload(0) if part.get_content_type() == "message/rfc822" else part
        return bytes(inner.as_bytes()) if isinstance(inner, Message) else b""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return b""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    undone = encoding == "base64" and content == str(part.get_payload()).encode("ascii", "surrogateescape")
    return _mended(content) if undone else content


def _mended(content: bytes) -> bytes:
    """Base64 that breaks off in the middle of a byte, which the library leaves as it is."""
    letters = b"".join(content.split()).rstrip(b"=")
    whole = letters[: len(letters) // 4 * 4]
    try:
        return b64decode(whole, validate=True)
    except ValueError:
        return content


def _described(part: Mail) -> str:
    name = part.get_param("name")
    return name if isinstance(name, str) else ""


def _nameless(part: Mail) -> str:
    return "письмо.eml" if part.get_content_type() == "message/rfc822" else "вложение"


def _reported(mail: Mail) -> str:
    """The Message-ID of the letter that a report of delivery is about."""
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return ""
    for part in mail.walk():
        if part is not mail and part.get("Message-ID"):
            return str(part["Message-ID"])
        if part.get_content_type() == "text/rfc822-headers":
            found = re.search(rb"(?im)^message-id:\s*(<[^>\s]+>)", _bytes(part))
            return found[1].decode("ascii", "replace") if found else ""
    return ""


def _became(mail: Mail) -> set[str] | None:
    """What a report says became of a letter, in small letters; nothing if it reports something else, none if
    it is no report (RFC 3464, RFC 6522)."""
    if mail.get_content_type() != "multipart/report":
        return None
    return {
        str(block.get("Action", "")).partition("(")[0].strip().lower()
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for block in part.walk()
    } - {""}


def _digest(headers: dict[str, str], whole: str, files: list[bytes]) -> str:
    """The same for copies that came by different ways, which add headers of their own."""
    said = [headers.get(name, "") for name in ("message-id", "from", "subject", "date")]
    parts = [*said, whole, *(sha256(body).hexdigest() for body in files)]
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
