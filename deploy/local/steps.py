"""Showing what is being done, how long it took, and what went wrong."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False)


@contextmanager
def step(name: str) -> Iterator[None]:
    """A line for a step: with a spinner while it lasts, then with a tick and its seconds."""
    began = time.monotonic()
    try:
        with console.status(name):
            yield
    except BaseException:
        console.print(f"[red]✗[/red] {name}")
        raise
    console.print(f"[green]✓[/green] {name:<46}[dim]{time.monotonic() - began:5.1f} s[/dim]")
