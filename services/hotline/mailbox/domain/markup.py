"""HTML of a letter as text: nothing of it is run, loaded or shown as it wants."""

from html.parser import HTMLParser

from inscriptis import get_text
from inscriptis.css_profiles import RELAXED_CSS_PROFILE
from inscriptis.model.config import ParserConfig

LONGEST = 2_000_000
"""Signs of HTML that are read; a letter of words has a hundredth of it."""

CONFIG = ParserConfig(css=RELAXED_CSS_PROFILE.copy(), display_links=True)
UNSEEN = frozenset(("script", "style", "head", "title", "template"))


def text_of(html: str) -> str:
    """What somebody would read of it; links stand behind their words."""
    try:
        read = get_text(html[:LONGEST], CONFIG).strip()
    except Exception:
        read = ""
    return read or _words(html[:LONGEST])


def _words(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "\n".join(reader.lines).strip()


class _Words(HTMLParser):
    """Collects the words alone."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """What is not seen begins."""
        self._hidden += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        """What is not seen ends."""
        self._hidden = max(0, self._hidden - (tag in UNSEEN))

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._hidden and data.strip():
            self.lines.append(" ".join(data.split()))
