"""The peers' own virtual environment: what they need stays out of the product's locked requirements.

`uv pip compile --generate-hashes --universal --python-version 3.11 --no-header --no-annotate` makes
`requirements.txt` of `requirements.in`.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]
BENCH = ROOT / ".local" / "bench"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


class PeerFailed(RuntimeError):
    """A peer could not be installed, built or run; the text holds its own words."""


def python() -> Path:
    """The interpreter that has the peers' libraries; installed at the first call."""
    venv = BENCH / "venv"
    interpreter = venv / "bin" / "python"
    install = [
        interpreter,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    with made_once(venv, REQUIREMENTS) as missing:
        if missing:
            command([sys.executable, "-m", "venv", venv])
            command([*install, "-r", REQUIREMENTS])
    return interpreter


def run(module: str, *words: object) -> str:
    """Run a peer of this folder to its end from the repository's root; what it printed."""
    return command([python(), "-m", f"tests.benchmarks.peers.{module}", *words])


def command(words: list[object], timeout: float = 1200) -> str:
    """Run a command to its end; what it printed. Raises PeerFailed with what it said."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode != 0:
        raise PeerFailed(f"{words[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def figures(printed: str) -> dict[str, float]:
    """What a peer says of itself in its last line, `name=number name=number …`."""
    pairs = (word.split("=") for word in printed.splitlines()[-1].split())
    return {name: float(number) for name, number in pairs}


@contextmanager
def made_once(folder: Path, *sources: Path) -> Iterator[bool]:
    """Whether the folder is to be made from the sources; stamped afterwards. Others wait."""
    wanted = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()
    folder.parent.mkdir(parents=True, exist_ok=True)
    stamp = folder / ".sources"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text("ascii") == wanted:
            yield False
            return
        shutil.rmtree(folder, ignore_errors=True)
        yield True
        stamp.write_text(wanted, "ascii")
