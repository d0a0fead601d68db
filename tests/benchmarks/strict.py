"""Runs a process of metrics that reads strictly whatever comes.

`python -m tests.benchmarks.strict metrics worker`
"""

import runpy
import sys
from dataclasses import replace

from services.chassis.streams.inbox import Reader
from services.metrics.events import rollup

QUICK = rollup.readers


def readers(prefix: str = rollup.READER) -> tuple[Reader, ...]:
    """The roll-up's readers, each by its strict form."""
    return tuple(replace(reader, quick=None) for reader in QUICK(prefix))


if __name__ == "__main__":
    rollup.readers = readers
    service = sys.argv.pop(1)
    runpy.run_module(f"services.{service}", run_name="__main__", alter_sys=True)
