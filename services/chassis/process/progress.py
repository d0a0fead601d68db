"""Showing how far a command is: a bar that redraws itself on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable
from typing import TextIO, TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

BAR = 30


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def on(stream: TextIO | None = None) -> Progress:
    """Progress shown on a stream, by default on standard error."""
    stream = stream or sys.stderr
    return _Bar(stream) if stream.isatty() else _Lines(stream)


class _Bar:
    """One line, drawn again and again, ended when everything is done."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __call__(self, what: str, done: int, total: int) -> None:
        filled = BAR * done // total if total else BAR
        bar = "█" * filled + "·" * (BAR - filled)
        end = "\n" if done >= total else ""
        self._stream.write(f"\r{what:<24} {bar} {done}/{total}{end}")
        self._stream.flush()


class _Lines:
    """A line at every tenth of the way."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told = ("", -1)

    def __call__(self, what: str, done: int, total: int) -> None:
        step = (what, 10 * done // total if total else 10)
        if step != self._told:
            self._stream.write(f"{what}: {done}/{total}\n")
            self._stream.flush()
        self._told = step
