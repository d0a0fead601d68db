"""Short names of municipalities, for where there is room for a word: «Сосновский р-н»."""

import re
from collections import Counter
from collections.abc import Mapping

GAP = "\N{NO-BREAK SPACE}"
SHORTER = (
    (r"(?:муниципальный|городской) округ (?:город |г\. ?)?(?P<name>.+)", "{name}"),
    (r"город(?:ской округ)? (?P<name>.+)", "{name}"),
    (r"(?P<name>.+) муниципальный район", "{name} р-н"),
    (r"(?P<name>.+) муниципальный округ", "{name} м." + GAP + "о."),
    (r"(?P<name>.+) городской округ", "{name} г." + GAP + "о."),
    (r"(?P<name>.+) городское поселение", "{name} г." + GAP + "п."),
    (r"(?P<name>.+) сельское поселение", "{name} с." + GAP + "п."),
)


def shorter(name: str) -> str:
    """A name without the words of its kind; the same if it has none."""
    for pattern, form in SHORTER:
        if found := re.fullmatch(pattern, name, re.IGNORECASE):
            return form.format(name=found["name"])
    return name


def short_names(names: Mapping[str, str]) -> dict[str, str]:
    """Short names by code; where two would be the same, both stay as they are."""
    short = {code: shorter(name) for code, name in names.items()}
    counted = Counter(short.values())
    return {code: short[code] if counted[short[code]] == 1 else name for code, name in names.items()}
