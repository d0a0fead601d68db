"""Loads named queries from .sql files, so that SQL lives in SQL files."""

import re
from importlib.resources import files
from types import SimpleNamespace

NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def load(package: str | None, filename: str) -> SimpleNamespace:
    """Read the `-- name: find_report` sections of a file into attributes: `sql.find_report`."""
    if package is None:
        raise ValueError("queries are loaded from inside a package")
    _, *parts = NAME.split(files(package).joinpath(filename).read_text("utf-8"))
    names, bodies = parts[::2], parts[1::2]
    return SimpleNamespace(**{n: b.strip() for n, b in zip(names, bodies, strict=True)})
