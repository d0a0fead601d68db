"""How alike initiatives are: by their words, of which the rare ones weigh more, and by the letters of their
titles. Pure.

Words are stems, as the database makes them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import log
from uuid import UUID

from services.chassis.text import one_line

ENOUGH = 0.5
"""From here on two are so alike that their author is asked; 1 is the same."""

RAREST = 12
"""Words of a new initiative by which others are looked for."""

OTHER_NUMBER = 0.6
"""What is left of the likeness of two titles whose numbers are others: schools, houses."""

COMMON = 500
"""A word that so many have tells none of them from another."""

LOOKED_AT = 50
"""Those that share most of these. Few enough for other requests to be answered meanwhile."""


@dataclass(frozen=True, slots=True)
class Words:
    """An initiative as it is compared: its title, and the stems of that and of the beginning of its text."""

    id: UUID
    title: str
    title_stems: tuple[str, ...]
    stems: tuple[str, ...]


class Index:
    """The initiatives of a municipality by their words."""

    def __init__(self) -> None:
        self._known: dict[UUID, Words] = {}
        self._having: defaultdict[str, list[UUID]] = defaultdict(list)
        self._stems: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, words: Words) -> None:
        """Once is enough; what is written anew stays as it was known first."""
        if words.id in self._known:
            return
        # Each stem is kept once, however many initiatives have it.
        title, stems = self._kept(words.title_stems), self._kept(words.stems)
        self._known[words.id] = Words(words.id, words.title, title, stems)
        for stem in stems:
            self._having[stem].append(words.id)

    def alike(self, words: Words, most: int) -> list[UUID]:
        """Those that are so alike that it may be the same, the most alike first."""
        found: Counter[UUID] = Counter()
        for stem in sorted(words.stems, key=self._weight, reverse=True)[:RAREST]:
            having = self._having.get(stem, ())
            if len(having) < COMMON:
                found.update(having)
        scored = [(self.likeness(words, self._known[id_]), id_) for id_, _ in found.most_common(LOOKED_AT)]
        return [id_ for score, id_ in sorted(scored, reverse=True)[:most] if score >= ENOUGH]

    def likeness(self, one: Words, other: Words) -> float:
        """Between 0 and 1: by all words, or by the title alone, whichever says more."""
        title = 0.6 * self._shared(one.title_stems, other.title_stems) + 0.4 * letters(one.title, other.title)
        likeness = max(self._shared(one.stems, other.stems), title)
        return likeness * OTHER_NUMBER if _numbered_otherwise(one, other) else likeness

    def _shared(self, one: Collection[str], other: Collection[str]) -> float:
        both = sum(map(self._weight, set(one) & set(other)))
        whole = sum(map(self._weight, set(one) | set(other)))
        return both / whole if whole else 0.0

    def _weight(self, stem: str) -> float:
        return 0.1 + log((len(self._known) + 2) / (len(self._having.get(stem, ())) + 1))

    def _kept(self, stems: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._stems.setdefault(stem, stem) for stem in stems)


def _numbered_otherwise(one: Words, other: Words) -> bool:
    first, second = ({stem for stem in each.title_stems if stem.isdigit()} for each in (one, other))
    return bool(first and second) and not first & second


def letters(one: str, other: str) -> float:
    """How many of their runs of three letters two lines share (Jaccard)."""
    first, second = _trigrams(one), _trigrams(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _trigrams(line: str) -> set[str]:
    plain = one_line(line).lower().replace("ё", "е")
    padded = f"  {plain} " if plain else ""
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
