"""The child's side of `bounded`: limits itself, then does one piece of work from standard input to output.

Run by its path and without our environment: only the standard library is imported before the limits are set.
"""

import os
import resource
import sys
from importlib import import_module

OURS = "services."


def main(root: str, module: str, name: str, memory: int, cpu: int) -> None:
    """Do the work that `module` calls `name`, in so many bytes of memory and seconds of processor time."""
    if not module.startswith(OURS):
        raise ValueError("not ours to run")
    _limit(resource.RLIMIT_CPU, cpu)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    # Elsewhere the limit cannot be set below what the interpreter has mapped already.
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, memory)
    os.nice(5)
    sys.path.insert(0, root)
    job = getattr(import_module(module), name)
    sys.stdout.buffer.write(job(sys.stdin.buffer.read()))


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
