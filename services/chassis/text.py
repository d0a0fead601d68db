"""Text that people type and programs send: one normal form, judged by one rule, in every service.

Nothing visible is lost and nothing pasted is refused for a sign that nobody sees: what a word processor puts
between words becomes what it stands for, and what shows nothing is dropped.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Annotated, Literal

from babel import Locale
from pydantic import AfterValidator
from pydantic_core import PydanticKnownError

from services.chassis.errors import Invalid

PLURAL_FORM = Locale("ru").plural_form

BREAKS = re.compile("\r\n|[\v\f\r\x85\u2028\u2029]")

SENTENCE = re.compile(r".{20,}?[.!?…](?=\s+[«\"A-ZА-ЯЁ])", re.DOTALL)

SERIAL = re.compile("^[№N#]")

HYPHEN = "\x1e"
"""The non-breaking hyphen of Word."""

BLANKS = re.compile("[\u2800\u3164\uffa0]")
"""Signs that look like a space and count as a letter or a symbol."""

# Soft hyphens, zero widths, marks of direction, fillers, annotations, signs of no use; U+200D has a rule of
# its own, and the signs of Arabic numbers (U+0600 …) are format characters that are seen.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]"
)

TAGS = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)"
    "|[\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
"""Flags of countries within a country are spelt by tags, which are dropped anywhere else."""

STREAM_SAFE = 30
"""Marks over one letter that are kept (UAX #15): no script has more, and to put a run in order takes the
square of its length."""

APART = "\u0f73\u0f75\u0f81\uff9e\uff9f"
MARKS = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x10000)))) + APART
"""Signs that are put in order by their class, and those that come apart into such."""

RARE_MARKS = "".join(filter(unicodedata.combining, map(chr, range(0x10000, 0x1F000))))
RARE = re.compile("[\U00010000-\U0001efff]")
"""Scripts that nobody writes in any more. To look for their marks takes ten times as long."""


def _runs_of(marks: str) -> re.Pattern[str]:
    # The first one by itself: `re` then steps over all that is no mark.
    return re.compile(f"([{marks}][{marks}]{{{STREAM_SAFE - 1}}})[{marks}]+")


RUN, RARE_RUN = _runs_of(MARKS), _runs_of(MARKS + RARE_MARKS)

JOINER = "\u200d"
SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
BOUND = re.compile(f"[{JOINER}{SELECTORS}]")
"""What means something only beside another sign."""

SELECTOR = re.compile(f"[{SELECTORS}]")


def several_lines(given: str) -> str:
    """A text of several lines, as it is stored; nothing if no sign of it is seen."""
    text = BREAKS.sub("\n", given).replace(HYPHEN, "-")
    text = TAGS.sub(r"\1", INVISIBLE.sub("", BLANKS.sub(" ", text)))
    text = _bound(normal_form(text)).strip()
    return text if any(map(_is_seen, text)) else ""


def normal_form(text: str, form: Literal["NFC", "NFKC"] = "NFC") -> str:
    """Unicode's normal form, in a time that grows with the text's length alone, whatever it is of."""
    run = RARE_RUN if RARE.search(text) else RUN
    return unicodedata.normalize(form, run.sub(r"\1", text))


def one_line(given: str) -> str:
    """A title, a name or a search: the same in one line, its runs of spaces folded."""
    return " ".join(several_lines(given).split())


def whole_number(value: int) -> str:
    """12480 → «12 480», with non-breaking spaces."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")


def serial_number(given: str, longest: int = 18) -> int | None:
    """«№ 1 204» → 1204, with any spaces and whatever sign of a number people write; None for what is none, or
    has more digits."""
    digits = SERIAL.sub("", "".join(one_line(given).split()))
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= longest else 0
    return number or None


def plural(count: int, forms: Sequence[str]) -> str:
    """The noun's form after a number: (инициатива, инициативы, инициатив)."""
    return forms[{"one": 0, "few": 1}.get(PLURAL_FORM(count), 2)]


def first_sentence(text: str) -> str:
    """The beginning of a text up to the end of its first sentence; all of it if it has one alone."""
    found = SENTENCE.match(text.strip())
    return found[0] if found else text


def shortened(text: str, most: int) -> str:
    """The beginning of a line, with … where it was cut, `most` characters at most."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def check_length(text: str, most: int, empty: str, too_long: str, field: str) -> str:
    """The text, if there is any and it has `most` characters at most. Raises Invalid by these slugs."""
    if not text:
        raise Invalid(empty, field, limit=most)
    if len(text) > most:
        raise Invalid(too_long, field, limit=most, length=len(text))
    return text


def _not_empty(normal: Callable[[str], str]) -> AfterValidator:
    def check(given: str) -> str:
        if text := normal(given):
            return text
        raise PydanticKnownError("string_too_short", {"min_length": 1})

    return AfterValidator(check)


OneLine = Annotated[str, _not_empty(one_line)]
SeveralLines = Annotated[str, _not_empty(several_lines)]
"""Texts of files and forms that are read as models; an empty one is `string_too_short`."""


def _bound(text: str) -> str:
    """Without the joiners that join no emoji and the selectors that select nothing."""
    if not BOUND.search(text):
        return text
    kept: list[str] = []
    for sign, following in pairwise([*text, " "]):
        if sign == JOINER:
            keep = _is_picture(_last_but_selectors(kept)) and _is_picture(following)
        elif SELECTOR.match(sign):
            keep = bool(kept) and not kept[-1].isspace() and not BOUND.match(kept[-1])
        else:
            keep = True
        if keep:
            kept.append(sign)
    return "".join(kept)


def _last_but_selectors(kept: list[str]) -> str:
    return next((sign for sign in reversed(kept) if not SELECTOR.match(sign)), " ")


def _is_picture(sign: str) -> bool:
    """Whether a sign can be part of a joined emoji: a symbol, an arrow, a tone of the skin."""
    return unicodedata.category(sign) in ("So", "Sk", "Sm")


def _is_seen(sign: str) -> bool:
    """Whether a sign shows anything by itself: neither a space nor an accent."""
    return unicodedata.category(sign)[0] not in "ZM" and sign not in "\n\t"
