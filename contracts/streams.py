"""A stream is one partition of one topic: where an event goes, and how its numbers are chained."""

from hashlib import sha256
from uuid import UUID
from zlib import crc32

PARTITIONS = 16
"""How many streams a topic keyed by municipality has."""


def partition_of(municipality: str) -> int:
    """The partition of a municipality's events: CRC-32 of the ASCII code modulo 16."""
    return crc32(municipality.encode("ascii")) % PARTITIONS


def link(previous: str, event_id: UUID) -> str:
    """The chain after this event: SHA-256 of the predecessor's chain and the id, 16 bytes in hex.

    `previous` is the empty string before the first event of an epoch.
    """
    return sha256(bytes.fromhex(previous) + event_id.bytes).digest()[:16].hex()
