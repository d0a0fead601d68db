"""Text that a spreadsheet would compute, made inert by an apostrophe in front, and read back without it."""

import re

BLANK = r"[\s\u200b-\u200f\u2060\ufeff\u00ad]*"
SIGN = r"[=+\-@＝＋－＠﹦﹢﹣﹫]"

COMPUTED = re.compile(rf"'*(?:[\t\r\n]|{BLANK}{SIGN})")
"""What is computed, also behind blanks; with an apostrophe already, so that only ours is taken off again."""

GUARDED = re.compile(rf"'+(?:[\t\r\n]|{BLANK}{SIGN})")


def guarded(text: str) -> str:
    """The text with an apostrophe in front if it would be computed."""
    return f"'{text}" if COMPUTED.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if GUARDED.match(text) else text
