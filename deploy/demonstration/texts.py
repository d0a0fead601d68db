"""What people write: the stock of invented initiatives, dealt so that texts fit and seldom repeat."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import yaml

OF_ONES_OWN = 3
"""How much likelier a text of one's own kind of organization is than one that anybody may write."""


@dataclass(frozen=True, slots=True)
class Text:
    """An initiative of the stock; without `kinds`, anybody may write it."""

    direction: str
    title: str
    form: str
    text: str
    kinds: tuple[str, ...] = ()

    def fits(self, kind: str | None) -> bool:
        """Whether somebody of this kind of organization, or of none, would write it."""
        return not self.kinds or kind in self.kinds


def stock_of(folder: Path) -> list[Text]:
    """The stock."""
    entries = yaml.safe_load((folder / "initiatives.yaml").read_text("utf-8"))
    return [
        Text(e["direction"], e["title"], e["form"], e["text"].strip(), tuple(e.get("kinds", ())))
        for e in entries
    ]


class Stock:
    """Deals texts: within a municipality none again before all that fit have come as often."""

    def __init__(self, texts: Sequence[Text], rng: Random) -> None:
        self._texts, self._rng = texts, rng
        self._fitting: dict[str | None, list[Text]] = {}
        self._dealt: Counter[tuple[str, str]] = Counter()

    def deal(self, municipality: str, kind: str | None) -> Text:
        """A text for somebody of a municipality and a kind of organization, or of none."""
        fitting = self._fitting.setdefault(kind, [text for text in self._texts if text.fits(kind)])
        fewest = min(self._dealt[municipality, text.title] for text in fitting)
        rarest = [text for text in fitting if self._dealt[municipality, text.title] == fewest]
        weights = [OF_ONES_OWN if text.kinds else 1 for text in rarest]
        text = self._rng.choices(rarest, weights)[0]
        self._dealt[municipality, text.title] += 1
        return text
