"""Filling `${NAME}` in a configuration file, as envsubst does in the nginx image."""

import re
from collections.abc import Mapping

PLACE = re.compile(r"\$\{([A-Z][A-Z_]*)\}")


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with every `${NAME}` of capitals replaced; raise KeyError for a name without a value.

    Anything else with a dollar sign (nginx's own `$host`) stays as it is.
    """
    return PLACE.sub(lambda place: str(values[place[1]]), text)
