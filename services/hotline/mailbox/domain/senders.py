"""Who wrote a letter: a person, or a program that must never be answered (RFC 3834)."""

import re
from collections.abc import Mapping
from enum import StrEnum


class Author(StrEnum):
    """Who wrote a letter. A robot asks something and is not answered; an auto-reply and a bounce say
    something of a letter of ours and ask nothing."""

    PERSON = "person"
    ROBOT = "robot"
    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"


DAEMONS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)\b.*@|^(?:mailer-daemon|postmaster)$")
NOBODY = re.compile(r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|noreply)\b.*@")
AWAY = re.compile(
    r"^\s*(?:автоответ|автоматический ответ|автоответчик|automatic reply"
    r"|auto(?:matic)?[- ]?(?:reply|response)"
    r"|autoreply|out of (?:the )?office|я в отпуске)\b",
    re.IGNORECASE,
)
REPLIES = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply")
LISTS = ("list-id", "list-unsubscribe", "list-post", "x-mailing-list", "feedback-id")


def author_of(headers: Mapping[str, str], sender: str, subject: str, content_type: str) -> Author:
    """Who wrote it; `headers` by their names in small letters, the first of each."""
    said = headers.get("auto-submitted", "").partition(";")[0].strip().lower()
    precedence = headers.get("precedence", "").strip().lower()
    if _is_bounce(headers, sender, content_type):
        return Author.BOUNCE
    replies = said.startswith(("auto-replied", "auto-notified")) or precedence == "auto_reply"
    if replies or any(name in headers for name in REPLIES) or AWAY.match(subject):
        return Author.AUTO_REPLY
    robot = said not in ("", "no") or precedence in ("bulk", "list", "junk") or NOBODY.match(sender.lower())
    if not sender or robot or "x-auto-response-suppress" in headers or any(name in headers for name in LISTS):
        return Author.ROBOT
    return Author.PERSON


def _is_bounce(headers: Mapping[str, str], sender: str, content_type: str) -> bool:
    # A null return path: it may not be answered, and so every report of delivery comes.
    null = "return-path" in headers and headers["return-path"].strip() in ("<>", "")
    report = content_type == "multipart/report" or "x-failed-recipients" in headers
    return null or report or bool(DAEMONS.match(sender.lower()))
