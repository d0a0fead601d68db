"""The text of one cell: cleaned, compared, and read as a number or as a formula's error."""

import re
import unicodedata

from services.chassis.text import normal_form

BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and signs that nobody sees and that Unicode does not count as blank."""

UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Categories of control characters, marks of direction and joining, and halves of letters."""

CYRILLIC_AS_LATIN = str.maketrans("авеёкмнорстухіј", "abeekmhopctyxij")
"""Lower-case Cyrillic letters by the Latin ones that look like them, or whose capitals do."""

ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!"
    r"|GETTING_DATA|Н/Д|ССЫЛКА!|ЗНАЧ!|ДЕЛ/0!|ИМЯ\?|ЧИСЛО!|ПУСТО!|ПЕРЕНОС!|ВЫЧИСЛ!|ПОЛЕ!)"
    r"|(?:Err|Ошибка):\d{3}|#{3,}",
    re.IGNORECASE,
)
"""What spreadsheets show where a formula failed, in English and in Russian, or a column was too narrow."""

_VANISHING = re.compile(rf"[^\S ]|[{BLANK_LETTERS}]")


def one_line(text: str) -> str:
    """Text without what nobody sees, and without doubled, leading, trailing or unusual spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = _VANISHING.sub(" ", normal_form(text))
    seen = "".join(sign for sign in spaced if unicodedata.category(sign) not in UNSEEN)
    return " ".join(seen.split())


def likeness(text: str) -> str:
    """The same for texts that look alike: in any case, in Latin letters or in Cyrillic ones."""
    return text.casefold().translate(CYRILLIC_AS_LATIN)


def is_error(cell: str) -> bool:
    """Whether a cell shows that its formula failed."""
    return ERROR.fullmatch(cell) is not None


def address(column: int, line: int) -> str:
    """A cell as spreadsheets call it: column 1 of line 2 (columns counted from 0) is B2."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line}"


def whole_number(cell: str) -> int | None:
    """A whole number of at most nine digits, written with or without spaces; None if it is none."""
    digits = cell.replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
