"""Themes: what inquiries and consultations are about, the region's list. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from contracts.hotline import ThemeDefined
from services.chassis import text as texts
from services.chassis.errors import Checks, Conflict, Invalid

NAME_LONGEST = 80
THEMES_MOST = 100

LAST_PLACE = 1000
"""Of «Другое»: whatever is added stands before it."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What is asked about; its direction, if there is one, says whose working group answers. `removed`: no
    longer offered, it stays with its cases; `version`: 0 before it was told for the first time."""

    code: str
    name: str
    direction: str | None = None
    removed: bool = False
    place: int = 1
    version: int = 0

    def event(self) -> ThemeDefined:
        """Its present state, as others learn of it."""
        return ThemeDefined(
            version=self.version,
            code=self.code,
            name=self.name,
            direction=self.direction,
            place=self.place,
            removed=self.removed,
        )

    def changed(self, **what: object) -> "Theme":
        """The next version, with these fields changed."""
        return replace(self, version=self.version + 1, **what)  # type: ignore[arg-type]

    def check_seen(self, version: int) -> None:
        """Raises Conflict if it was changed since somebody has seen it."""
        if version != self.version:
            raise Conflict("theme-changed")


@dataclass(frozen=True, slots=True)
class Naming:
    """What the administrator says of a theme."""

    name: str
    direction: str | None = None


def added(every: Sequence[Theme], given: Naming) -> Theme:
    """A new theme, the last but «Другое». Its code is no word of the name, which may change."""
    if len(every) >= THEMES_MOST:
        raise Conflict("themes-many", limit=THEMES_MOST)
    place = max((theme.place for theme in every if theme.place < LAST_PLACE), default=0) + 1
    taken = {theme.code for theme in every}
    code = next(code for n in range(place, LAST_PLACE) if (code := f"theme-{n}") not in taken)
    return Theme(code, given.name, given.direction, place=place, version=1)


def check_naming(
    every: Collection[Theme], given: Naming, directions: Collection[str], own: Theme | None = None
) -> Naming:
    """The same as it is stored. Raises Invalid with everything wrong."""
    checks = Checks()
    others = [theme for theme in every if own is None or theme.code != own.code]
    name = checks.take(lambda: _name(given.name, others))
    # A direction of a campaign that is over stays until another is chosen.
    kept = own.direction if own else None
    if given.direction not in (None, kept, *directions):
        checks.note(Invalid("theme-direction-unknown", field="direction"))
    checks.settle()
    return Naming(name, given.direction)


def check_rest(every: Collection[Theme], removed: Theme) -> None:
    """Refuse to remove the last one: whoever asks has to choose. Raises Conflict."""
    if all(theme.removed or theme.code == removed.code for theme in every):
        raise Conflict("theme-last")


def check_return(every: Collection[Theme], returned: Theme) -> None:
    """Refuse a second one of a name. Raises Conflict."""
    if any(_same(theme.name, returned.name) for theme in every if not theme.removed):
        raise Conflict("theme-name-offered", name=returned.name)


def _name(given: str, others: Collection[Theme]) -> str:
    name = texts.one_line(given)
    name = texts.check_length(name, NAME_LONGEST, "theme-name-empty", "theme-name-long", "name")
    for theme in others:
        if _same(theme.name, name):
            raise Invalid("theme-name-removed" if theme.removed else "theme-name-taken", field="name")
    return name


def _same(one: str, other: str) -> bool:
    return one.casefold().replace("ё", "е") == other.casefold().replace("ё", "е")
