"""Write the generated contracts; `--check` says which differ: `python -m deploy.contracts [--check]`."""

import argparse
import sys
from pathlib import Path

from deploy.contracts import asyncapi, openapi
from deploy.contracts.records import events, schema_of, written

ROOT = Path(__file__).parents[2]
SCHEMAS = Path("contracts/schemas")
ASYNCAPI = Path("contracts/asyncapi.json")
SITE = Path("deploy/gateway/site/api")
STALE = {SCHEMAS: "*.json", SITE: "*.json"}
"""Folders whose files of this pattern are all generated."""


def generated() -> dict[Path, str]:
    """Every generated file: path from the root → text."""
    messages = written(asyncapi.document())
    described = openapi.documents()
    return {
        **{SCHEMAS / f"{type_}.json": written(schema_of(event)) for type_, event in events().items()},
        ASYNCAPI: messages,
        SITE / "asyncapi.json": messages,
        SITE / "index.html": openapi.page(described),
        **{SITE / f"{service}.openapi.json": written(it) for service, it in described.items()},
    }


def differences(root: Path = ROOT) -> list[str]:
    """A line for each file that is missing, differs from what would be written, or is left over."""
    wanted = generated()
    differing = [
        f"{path}: not as generated"
        for path, text in wanted.items()
        if not (root / path).exists() or (root / path).read_text("utf-8") != text
    ]
    return differing + [f"{path}: left over" for path in _present(root) - wanted.keys()]


def write(root: Path = ROOT) -> None:
    """Write all files, and remove those of events and services that are no more."""
    wanted = generated()
    for path, text in wanted.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    for path in _present(root) - wanted.keys():
        (root / path).unlink()


def _present(root: Path) -> set[Path]:
    return {
        path.relative_to(root) for folder, pattern in STALE.items() for path in (root / folder).glob(pattern)
    }


def main() -> int:
    """Write, or check and exit 1 on any difference."""
    parser = argparse.ArgumentParser(prog="python -m deploy.contracts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    if not parser.parse_args().check:
        write()
        print(f"{len(generated())} files written")
        return 0
    found = differences()
    print("\n".join(found) or "contracts: as generated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
