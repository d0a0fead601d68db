"""From where the answers of a municipality come, and the themes that they can have."""

from datetime import datetime

from contracts.event import REGION
from services.chassis.web.forms import Option
from services.directory.grants import Staff
from services.directory.region import alphabet
from services.hotline.core.authority import Deed, may, places_of
from services.hotline.core.domain.themes import Theme
from services.hotline.core.region import Known


def around(known: Known, municipality: str, at: datetime) -> tuple[str, ...]:
    """Whose answers are sent in a municipality: its own, those of the one that serves it, the region's."""
    return tuple(dict.fromkeys((municipality, known.server_of(municipality, at), REGION)))


def keepers_places(known: Known, by: Staff) -> list[Option]:
    """Where somebody sees the answers that are kept, by the alphabet; the region's last."""
    codes = places_of(by, Deed.WORK)
    here = [Option(code, known.picture.name_of(code) or code) for code in codes]
    return [*sorted(here, key=lambda each: alphabet(each.name)), Option(REGION, "Весь регион")]


def default_place(known: Known, by: Staff) -> str:
    """Whose answers somebody looks at first: those that they keep themselves."""
    return REGION if may(by, Deed.KEEP_REGION_ANSWERS, REGION) else keepers_places(known, by)[0].code


def theme_options(themes: list[Theme]) -> list[Option]:
    """The themes that may be chosen."""
    return [Option(theme.code, theme.name) for theme in themes if not theme.removed]


def theme_names(themes: list[Theme]) -> dict[str, str]:
    """What every theme is called, those that were removed too."""
    return {theme.code: theme.name for theme in themes}
