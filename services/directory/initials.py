"""Russian names as they stand under a signature."""

import re

LETTER = re.compile(r"[^\W\d_]")
SHORT = re.compile(r"(?:[^\W\d_]\.[ -]?)+")
"""What is shortened to initials already: «С.», «С. И.», «А.-М.»."""

SMALL = frozenset({"оглы", "оглу", "угли", "улы", "уулу", "кызы", "гызы", "заде"})
"""What follows a father's name and is never an initial."""

TOGETHER = "\N{NO-BREAK SPACE}"


def signed(name: str) -> str:
    """«Егоров Сергей Иванович» as it is signed: «С. И. Егоров».

    The family name is the first word, with the small words before it («де ла Крус») and all parts of a
    double one («Петрова-Водкина»). Of «Гусейн оглы» the second word stays. A name of one word and
    one that is signed already stay as they are.
    """
    words = name.split()
    if len(words) < 2 or (SHORT.fullmatch(words[0]) and not SHORT.fullmatch(words[-1])):
        return TOGETHER.join(words)
    size = _size_of_family(words)
    given = filter(None, map(_initial, words[size:]))
    return TOGETHER.join([*given, " ".join(words[:size])])


def _size_of_family(words: list[str]) -> int:
    """How many words the family name has: up to its first with a capital, and what belongs to that."""
    if all(map(str.islower, words)):
        return 1
    size = next(nth for nth, word in enumerate(words, 1) if not word.islower())
    while size + 1 < len(words) and (words[size].islower() or words[size - 1].islower()):
        size += 1
    while size + 1 < len(words) and words[size].startswith("("):
        size += 1
    return size


def _initial(word: str) -> str:
    """«С.», of a double name «А.-М.», of a small word itself; of initials without a space each of them."""
    if word in SMALL:
        return word
    if SHORT.fullmatch(word) and "-" not in word:
        return TOGETHER.join(f"{letter}." for letter in LETTER.findall(word))
    first = [LETTER.search(part) for part in word.split("-")]
    return "-".join(f"{found[0].upper()}." for found in first if found)
