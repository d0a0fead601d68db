"""The digest of a frozen result, computed alike by who freezes it and by who keeps it. Pure."""

import json
from hashlib import sha256

from contracts.results import CheckpointEvent

APART = {"version", "digest", "correction_registered", "correction_submitted"}
"""What may change, or is the digest itself."""


def digest_of(event: CheckpointEvent) -> str:
    """SHA-256, in hex, of the frozen content: JSON with sorted keys and without spaces, in UTF-8.

    Without what is as by default: a field that a later version adds leaves the digests of before as they are.
    """
    content = event.model_dump(mode="json", exclude=APART, exclude_defaults=True)
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()
