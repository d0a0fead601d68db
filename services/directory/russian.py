"""Russian text for sorting and searching: `ё` right after `е` in one, equal to it in the other."""

import re

from services.chassis.text import one_line

ALPHABET = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
IN_ORDER = str.maketrans({letter: chr(0x430 + nth) for nth, letter in enumerate(ALPHABET)})
NUMBER_WIDTH = 8

LATIN = dict(
    zip(
        ALPHABET,
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya".split(),
        strict=True,
    )
) | {"ъ": "", "ь": ""}


def sort_key(name: str) -> str:
    """A key whose byte order is the Russian alphabet's; numbers in it compare by value.

    Case, quotation marks and other signs do not count. Meant for a column of collation C.
    """
    words = re.findall(r"[^\W\d_]+|\d+", name.lower())
    return " ".join(
        word.zfill(NUMBER_WIDTH) if word.isdigit() else word.translate(IN_ORDER) for word in words
    )


def search_text(text: str) -> str:
    """Text as it is searched: lower case, single spaces, `е` for `ё`."""
    return " ".join(text.lower().replace("ё", "е").split())


def search_pattern(typed: str) -> str:
    """The LIKE pattern of names that hold the typed words in that order."""
    escaped = re.sub(r"([\\%_])", r"\\\1", search_text(one_line(typed)))
    return f"%{'%'.join(escaped.split())}%"


def code_of(name: str, longest: int = 40) -> str:
    """«Дороги и транспорт» → `dorogi-i-transport`: a code that stands for a name."""
    letters = "".join(LATIN.get(letter, letter) for letter in name.lower())
    return "-".join(re.findall(r"[a-z0-9]+", letters))[:longest].strip("-")
