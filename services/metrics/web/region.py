"""Pages: the live view of the region."""

from typing import Any

REGION_PAGES: list[Any] = []
