"""Waiting for a server to come or to go."""

import time
from collections.abc import Callable


def until(condition: Callable[[], bool], timeout: float, failure: Exception, every: float = 0.1) -> None:
    """Return once the condition holds, asked every so many seconds; raise the failure after `timeout`."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise failure
        time.sleep(every)
