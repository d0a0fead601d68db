"""Pages of a list: how many items, and the path of the next page."""

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

DEFAULT_LIMIT = 100
LONGEST = 500

Item = TypeVar("Item")


def cut(
    path: str, asked: dict[str, str | int], found: Sequence[Item], last: str
) -> tuple[Sequence[Item], str | None]:
    """The items of this page and the next one's path, of one more item than the page holds.

    `asked` are the parameters of the request with their `limit`; `last` is the attribute of an
    item after which the next page begins.
    """
    limit = int(asked["limit"])
    items = found[:limit]
    if len(found) <= limit:
        return items, None
    given = {name: value for name, value in asked.items() if value not in ("", DEFAULT_LIMIT)}
    return items, f"{path}?{urlencode({**given, 'after': str(getattr(items[-1], last))})}"
