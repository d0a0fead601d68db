"""Checks of whole columns of texts, at a fraction of what each by itself would cost."""

import re
from collections.abc import Sequence
from datetime import datetime

MOMENT = re.compile(
    r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
"""A moment as this product writes it, and far from the first and the last that there are."""

DASHES = (8, 13, 18, 23)
UUID_LENGTH = 36
HEX = re.compile("[0-9a-f-]*")


def are_uuids(texts: Sequence[str]) -> bool:
    """Whether each is a UUID in 36 small characters."""
    whole, dashes = "".join(texts), "-" * len(texts)
    return (
        not any(len(text) != UUID_LENGTH for text in texts)
        and HEX.fullmatch(whole) is not None
        and whole.count("-") == len(DASHES) * len(texts)
        and all(whole[at::UUID_LENGTH] == dashes for at in DASHES)
    )


def are_moments(texts: Sequence[str]) -> bool:
    """Whether each is a moment with an offset as this product writes it, and of a day that there is."""
    try:
        return all(map(MOMENT.fullmatch, texts)) and all(map(datetime.fromisoformat, texts))
    except ValueError:
        return False
