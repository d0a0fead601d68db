"""What somebody wrote, told apart from the letter that they answer."""

import re
from collections.abc import Sequence

QUOTED = re.compile(r"^\s*(?:>|\|\s)")
MARKS = re.compile(
    r"^\s*(?:-{2,}|_{5,})\s*(?:исходное сообщение|пересылаемое сообщение|пересланное сообщение"
    r"|original message|forwarded message|конец пересылаемого сообщения)?\s*(?:-{2,})?\s*$",
    re.IGNORECASE,
)
SAID = re.compile(
    r"^\s*(?=.*(?:\S@\S|\d{1,2}:\d{2}))(?:on\b.{6,200}\bwrote"
    r"|.{0,200}\d{1,2}[./: ].{0,200}(?:писал|написал|пишет|wrote)(?:\(?а\)?)?.{0,80})\s*:\s*$",
    re.IGNORECASE,
)
"""«12 марта 2026, 10:00 от Иванова А. <a@mail.ru>:» in its many forms."""

FROM = re.compile(r"^\s*\*?(?:от|from|от кого)\s*:\*?\s*\S", re.IGNORECASE)
SENT = re.compile(r"^\s*\*?(?:отправлено|sent|дата|date|кому|to|тема|subject)\s*:\*?\s*\S", re.IGNORECASE)
DATED = re.compile(r"^\s*.{0,60}\d{1,2}[./: ].{0,200}<[^<>\s]+@[^<>\s]+>\s*:?\s*$")
"""«чт, 12 мар. 2026 г. в 10:00, Горячая линия <line@example.ru>:»"""

LONGEST_LINE, SHORTEST = 500, 30
NAMED = re.compile(r"\S@\S|\d{1,2}:\d{2}")
"""What a mail program says of a letter and people hardly ever say: an address, a time of day."""


def fresh(text: str) -> str:
    """The text without the letter that it answers above or below; all of it, if nothing else is there.

    An answer between quoted lines keeps them: without them nobody would understand it.
    """
    lines = text.split("\n")
    end = _before_quoted(lines)
    begin = _after_quoted(lines[:end])
    kept = "\n".join(lines[begin:end]).strip()
    return kept or text.strip()


def _before_quoted(lines: list[str]) -> int:
    """Where the quoted letter begins that goes on to the end."""
    for nth, line in enumerate(lines):
        if _heads_the_rest(lines, nth, line):
            return nth
    end = len(lines)
    while end and (not lines[end - 1].strip() or QUOTED.match(lines[end - 1])):
        end -= 1
    if not any(QUOTED.match(line) for line in lines[end:]):
        return len(lines)
    return _without_head(lines, end)


def _heads_the_rest(lines: list[str], nth: int, line: str) -> bool:
    if len(line) > LONGEST_LINE:
        return False
    following = [each for each in lines[nth + 1 : nth + 6] if each.strip()]
    if MARKS.match(line) and any(sign.isalpha() for sign in line):
        return True
    if FROM.match(line) and following and SENT.match(following[0]):
        return _is_a_letters(lines, nth, (line, *following))
    unquoted = following and not QUOTED.match(following[0])
    # Outlook and phones quote without a sign before each line; whoever answers below keeps the signs.
    return bool((SAID.match(line) or DATED.match(line)) and unquoted and nth > 0)


def _is_a_letters(lines: list[str], nth: int, head: Sequence[str]) -> bool:
    """«От: села Ивановка» after a greeting is somebody's own; before it stands more than that, or the head
    of a letter has an address or a time."""
    before = sum(len(line.strip()) for line in lines[:nth])
    return before >= SHORTEST or any(NAMED.search(line) for line in head[:4])


def _without_head(lines: list[str], end: int) -> int:
    """«Иванов пишет:» goes with what it is said of; mail programs break it into two lines."""
    for size in (1, 2):
        head = " ".join(lines[max(0, end - size) : end])
        if len(head) <= LONGEST_LINE and (SAID.match(head) or DATED.match(head)):
            return max(0, end - size)
    return end


def _after_quoted(lines: list[str]) -> int:
    """Where the words begin of somebody who answers below the letter."""
    begin = 0
    while begin < len(lines) and not lines[begin].strip():
        begin += 1
    head = begin
    while head < min(len(lines), begin + 2) and not QUOTED.match(lines[head]):
        head += 1
    said = " ".join(lines[begin:head])
    if head > begin and not (SAID.match(said) or DATED.match(said)):
        return 0
    end = head
    while end < len(lines) and (QUOTED.match(lines[end]) or not lines[end].strip()):
        end += 1
    between = any(QUOTED.match(line) for line in lines[end:])
    return 0 if between or end == head else end
