"""What is measured now, told while it is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False, width=200)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Tell what is measured now, and afterwards how long that took."""
    began = time.monotonic()
    with console.status(what):
        yield
    console.print(f"{time.monotonic() - began:6.1f} s  {what}")
