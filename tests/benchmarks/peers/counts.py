"""What every peer counts of an initiative, and the file in which it hands over its result."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

COUNTED = "dialogue.initiative.submitted.v1"
NO_ORGANIZATION = "-"


def marks_of(data: dict[str, Any]) -> list[str]:
    """The counters of its municipality that a submitted initiative adds one to, each as `family/key`."""
    marks = [
        f"hour/{data['submitted_at'][:13]}",
        f"organization/{data['organization'] or NO_ORGANIZATION}",
        f"direction/{data['direction']}",
    ]
    for classifier, value in data["classifiers"].items():
        marks.append(f"classifier:{classifier}/{value}")
    return marks


def named(campaign: str, municipality: str, counts: Mapping[str, int]) -> dict[str, int]:
    """A municipality's counters as they stand in a result: `campaign/municipality/family/key`."""
    return {f"{campaign}/{municipality}/{mark}": n for mark, n in counts.items()}


def together(by_place: Mapping[tuple[str, str], Mapping[str, int]]) -> dict[str, int]:
    """The result of all municipalities, from their counters by campaign and municipality."""
    found: dict[str, int] = {}
    for place, counts in by_place.items():
        found |= named(*place, counts)
    return found


def write(file: Path, counts: Mapping[str, int]) -> None:
    """Hand over a result."""
    file.write_bytes(orjson.dumps(counts, option=orjson.OPT_SORT_KEYS))


def read(file: Path) -> dict[str, int]:
    """A result that was handed over."""
    return dict(orjson.loads(file.read_bytes()))
