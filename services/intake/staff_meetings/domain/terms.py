"""What is typed for something of a list: its number in the list, its name, or the beginning of it. Pure."""

import re
from collections.abc import Iterable, Sequence

from contracts.structure import Term

WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """As names are compared: without case, ё as е."""
    return text.casefold().replace("ё", "е")


def words_of(text: str) -> list[str]:
    """The words alone, as they are compared."""
    return WORD.findall(folded(text))


def choice_of(terms: Sequence[Term], given: str) -> str | None:
    """The code of the one term that is meant; none if it is none of them, or might be several."""
    typed = folded(given)
    for term in terms:
        if typed in (folded(term.code), folded(term.name)):
            return term.code
    if typed.isdecimal():
        return terms[int(typed) - 1].code if typed.isascii() and 0 < int(typed[:9]) <= len(terms) else None
    begun = [term.code for term in terms if typed and folded(term.name).startswith(typed)]
    return begun[0] if len(begun) == 1 else None


def begins_words(name: str, typed: Iterable[str]) -> bool:
    """Whether each of the words is the beginning of another word of a name."""
    left = words_of(name)
    for word in typed:
        found = next((each for each in left if each.startswith(word)), None)
        if found is None:
            return False
        left.remove(found)
    return True
