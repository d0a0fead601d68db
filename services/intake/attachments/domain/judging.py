"""Whether a file of a stranger may be kept, and as what: run in a process of its own, which it may break."""

import re

from services.chassis import contents
from services.chassis.contents import PLAIN, Unfit, safe_name
from services.chassis.errors import Invalid, Refused
from services.intake.attachments.domain import images
from services.intake.attachments.domain.pdf import check_pdf

TAKEN = (
    *images.FORMATS,
    "application/pdf",
    *(media_type for _, media_type, _ in contents.OFFICE),
    "application/vnd.oasis.opendocument.text",
    "text/plain",
)

TEXT_ENDING = PLAIN.split(maxsplit=1)[0]

CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""What no text has, in any charset of ours."""

REFUSED, KEPT, CHANGED = b"refused", b"kept", b"changed"
"""What an answer begins with; the body follows where it is another."""


def packed(name: str, body: bytes) -> bytes:
    """What `judge` is given."""
    return name.encode("utf-8", "replace").replace(b"\n", b" ") + b"\n" + body


def judge(content: bytes) -> bytes:
    """In lines: whether it is refused, for what; or its name and kind, and its body if that is another."""
    given, _, body = content.partition(b"\n")
    try:
        media_type, endings = _kind(body)
        changed = _mended(media_type, body)
    except Refused as refusal:
        return b"\n".join((REFUSED, refusal.slug.encode(), b"", b""))
    said = (safe_name(given.decode("utf-8", "replace"), endings).encode(), media_type.encode())
    return b"\n".join((KEPT, *said, b"") if changed is None else (CHANGED, *said, changed))


def _mended(media_type: str, body: bytes) -> bytes | None:
    """Its body as it is kept; nothing: as it is. Raises Invalid."""
    if media_type in images.FORMATS:
        return images.drawn_anew(media_type, body)
    if media_type == "application/pdf":
        check_pdf(body)
    return None


def _kind(body: bytes) -> tuple[str, str]:
    """What it is and how its name may end, whatever it is called. Raises Invalid for what is not taken."""
    found = contents.kind_of(f"name.{TEXT_ENDING}", body)
    if found is Unfit.MACROS:
        raise Invalid("attachment-macros", field="file")
    if isinstance(found, Unfit) or found[0] not in TAKEN:
        raise Invalid("attachment-kind", field="file")
    if found[0] != "text/plain":
        return found
    if CONTROL.search(body):
        raise Invalid("attachment-kind", field="file")
    # It is saved as text, whatever it is called: a program would be run.
    return found[0], TEXT_ENDING
