"""Showing how far a command is: a bar on a terminal, a line at every tenth of the way elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bars

Progress: TypeAlias = Callable[[str, int, int], None]
"""Takes what is being done, how much of it is done, and how much there is."""

COLUMNS = "{task.fields[what]}", "{task.description}"


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@contextmanager
def shown(console: Console | None = None) -> Iterator[Progress]:
    """Progress shown on a console, by default on standard error."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return
    with bars(console) as drawn:
        yield _Drawn(drawn)


def bars(console: Console) -> Bars:
    """A line for each task: `what` it is, how far, and its description."""
    what, note = map(TextColumn, COLUMNS)
    return Bars(what, BarColumn(), MofNCompleteColumn(), note, console=console, auto_refresh=False)


class _Drawn:
    """A bar for everything that is done, one below the other."""

    def __init__(self, drawn: Bars) -> None:
        self._drawn = drawn
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._drawn.add_task("", total=total, what=what)
        self._drawn.update(self._tasks[what], completed=done, total=total, refresh=True)


class _Lines:
    """A line at every tenth of the way."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown = ("", -1)

    def __call__(self, what: str, done: int, total: int) -> None:
        step = (what, 10 * done // total if total else 10)
        if step != self._shown:
            self._console.out(f"{what}: {done}/{total}", highlight=False)
        self._shown = step
