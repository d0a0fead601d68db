"""Who wrote a letter: a person, or a program that must never be answered (RFC 3834)."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum


class Author(StrEnum):
    """Who wrote a letter. A robot asks something and is not answered; an auto-reply, a bounce and a report
    say something of a letter of ours and ask nothing: headers alone make a letter one of these. What a
    subject or a sender is called may be a person's too, and makes a robot at most."""

    PERSON = "person"
    ROBOT = "robot"
    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    REPORT = "report"


DAEMONS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)\b.*@|^(?:mailer-daemon|postmaster)$")
NOBODY = re.compile(r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|noreply)\b.*@")
AWAY = re.compile(
    r"^\s*(?:автоответ|автоматический ответ|автоответчик|automatic reply"
    r"|auto(?:matic)?[- ]?(?:reply|response)"
    r"|autoreply|out of (?:the )?office|я в отпуске)\b",
    re.IGNORECASE,
)
REPLIES = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply")
FAILED = "failed"
LISTS = ("list-id", "list-unsubscribe", "list-post", "x-mailing-list", "feedback-id")


def author_of(
    headers: Mapping[str, str], sender: str, subject: str, reported: Collection[str] | None
) -> Author:
    """Who wrote it; `headers` by their names in small letters, the first of each; `reported`: what became of
    a letter of ours (RFC 3464, 2.3.3), if it is a report of that."""
    said = headers.get("auto-submitted", "").partition(";")[0].strip().lower()
    precedence = headers.get("precedence", "").strip().lower()
    if "x-failed-recipients" in headers or (reported is not None and FAILED in reported):
        return Author.BOUNCE
    if reported is not None:
        return Author.REPORT
    replies = said.startswith(("auto-replied", "auto-notified")) or precedence == "auto_reply"
    if replies or any(name in headers for name in REPLIES):
        return Author.AUTO_REPLY
    # A null return path: it may not be answered, and so every report of delivery comes.
    if "return-path" in headers and headers["return-path"].strip() in ("<>", ""):
        return Author.BOUNCE
    robot = (
        said not in ("", "no") or precedence in ("bulk", "list", "junk") or _is_called_one(sender, subject)
    )
    if not sender or robot or "x-auto-response-suppress" in headers or any(name in headers for name in LISTS):
        return Author.ROBOT
    return Author.PERSON


def _is_called_one(sender: str, subject: str) -> bool:
    name = sender.lower()
    return bool(NOBODY.match(name) or DAEMONS.match(name) or AWAY.match(subject))
