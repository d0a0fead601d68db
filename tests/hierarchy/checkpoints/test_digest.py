"""The digest of a frozen result covers all that never changes, and nothing else."""

from typing import Any

import orjson
import pytest

from contracts.results import CheckpointCorrected, CheckpointFrozen
from deploy.contracts.__main__ import ROOT
from services.directory.results import digest_of

EXAMPLE = ROOT / "contracts" / "examples" / CheckpointFrozen.type / "0.5.json"


def told(**changes: Any) -> dict[str, Any]:
    return {**orjson.loads(EXAMPLE.read_bytes())["data"], **changes}


def test_a_correction_leaves_the_digest_as_it_was() -> None:
    frozen = CheckpointFrozen.model_validate(told())
    corrected = CheckpointCorrected.model_validate(told(version=2, correction_registered=3))

    assert digest_of(corrected) == digest_of(frozen)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("municipality", "79605000"),
        ("scope", "own"),
        ("campaign", "another"),
        ("day", "2026-11-26"),
        ("frozen_at", "2026-11-27T21:10:04Z"),
        ("registered", 813),
        ("target_confirmed", False),
        ("share_submitted", None),
        ("pace_submitted", 96.5),
        ("own_submitted", 151),
        ("place", None),
        ("gaps", 0),
        ("marks", {}),
    ],
)
def test_whatever_else_changes_changes_the_digest(name: str, other: object) -> None:
    frozen = CheckpointFrozen.model_validate(told())
    changed = CheckpointFrozen.model_validate(told(**{name: other}))

    assert digest_of(changed) != digest_of(frozen)


def test_the_digest_of_the_example_is_true() -> None:
    frozen = CheckpointFrozen.model_validate(told())

    assert frozen.digest == digest_of(frozen)


def test_a_field_that_is_added_later_leaves_the_digests_of_before_as_they_are() -> None:
    class Later(CheckpointFrozen):
        weather: str | None = None

    assert digest_of(Later.model_validate(told())) == digest_of(CheckpointFrozen.model_validate(told()))
