"""Events as bytes: the CloudEvents envelope, written fast and read strictly."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import uuid_utils.compat
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

HEADERS = [("content-type", b"application/cloudevents+json")]


class Envelope(BaseModel):
    """What a reader needs of a record before it looks at the data."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    type: str
    subject: str | None = None
    epoch: int = Field(ge=1)
    sequence: int = Field(ge=1)
    chain: str
    data: dict[str, Any]


ENVELOPES = TypeAdapter(list[Envelope])


def encode(row: Any, source: str) -> bytes:
    """A numbered outbox row (with epoch, seq and chain) as a record's value."""
    envelope = {
        "specversion": "1.0",
        "id": str(row["event_id"]),
        "source": source,
        "type": row["type"],
        "subject": row["subject"],
        "time": row["happened_at"],
        "datacontenttype": "application/json",
        "partitionkey": row["partition_key"],
        "epoch": row["epoch"],
        "sequence": row["seq"],
        "chain": row["chain"],
        "data": orjson.Fragment(row["data"]),
    }
    if row["correlation_id"]:
        envelope["correlationid"] = row["correlation_id"]
    return orjson.dumps({k: v for k, v in envelope.items() if v is not None})


def encode_loose(source: str, type_: str, key: str, data: BaseModel) -> bytes:
    """An event outside any numbered stream (a report, a state) as a record's value."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": uuid_utils.compat.uuid7(),
            "source": source,
            "type": type_,
            "time": datetime.now(UTC),
            "datacontenttype": "application/json",
            "partitionkey": key,
            "data": orjson.Fragment(data.model_dump_json()),
        }
    )


def decode(values: Sequence[bytes | None]) -> list[Envelope | ValueError]:
    """The envelopes of a batch, in order; what cannot be read stands as its error."""
    try:
        together: list[Envelope | ValueError] = list(
            ENVELOPES.validate_json(b"[" + b",".join(v or b"" for v in values) + b"]")
        )
    except ValueError:
        together = []
    # A bad record can hold a comma that makes two of it.
    return together if len(together) == len(values) else [_decode_one(value) for value in values]


def _decode_one(value: bytes | None) -> Envelope | ValueError:
    try:
        return Envelope.model_validate_json(value or b"")
    except ValueError as error:
        return error
