"""Which role of its database a service's command runs as."""

from collections.abc import Sequence

OWNERS = ("migrate", "rebuild")
"""Commands that change the schema."""


def role_of(words: Sequence[str]) -> str:
    """`web` and `worker` as themselves, what changes the schema as `owner`, all else as `worker`."""
    command = words[0] if words else ""
    if command in OWNERS:
        return "owner"
    return "web" if command == "web" else "worker"
