"""Reading what is as expected at a fraction of the cost: plain values, checked by column and not one by one.

Whatever is unusual in the least is left to the strict form (`wire.decode`, `inbox.in_order`), the only judge:
what is read here, it would have read just so.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, NamedTuple, TypeAlias, Union

import msgspec
from msgspec import Meta, Struct

from contracts.event import WatermarkReached
from services.chassis.columns import are_moments, are_uuids
from services.chassis.db.pool import Db
from services.chassis.streams.kafka import Record
from services.chassis.streams.tail import Stream
from services.chassis.streams.wire import LARGEST_EPOCH, LARGEST_NUMBER

ORDINARY = 4096
"""Bytes of a record that is read here. What the strict form finds wrong with a part that nobody wants, as a
number of 4 300 digits, does not fit in."""

DEEPEST = 100
"""Brackets of a record. With twice as many the strict form may find it nested too deeply."""

CHAIN_LENGTH = 32

Check: TypeAlias = Callable[[Sequence[Any]], bool]
"""Whether the strict form would take each of these data as it is."""

Apply: TypeAlias = Callable[[Db, Stream, Sequence[Any]], Awaitable[None]]


class Envelope(Struct, gc=False):
    """What a reader needs of a record."""

    id: str
    epoch: Annotated[int, Meta(ge=1, le=LARGEST_EPOCH)]
    sequence: Annotated[int, Meta(ge=1, le=LARGEST_NUMBER)]
    chain: str
    subject: str | None = None


class Watermark(Struct, gc=False):
    """Up to when a stream is complete."""

    version: Annotated[int, Meta(ge=1)]
    moment: str


class Read(NamedTuple):
    """A batch that is as expected: its epoch and the chain behind it, its events' data, and up to when the
    stream is complete with it."""

    epoch: int
    chain: str
    data: list[Any]
    watermark: datetime | None


@dataclass(frozen=True)
class Quick:
    """How a reader's batches are read and applied quickly: the shape of each type's data, of plain values,
    and their check. `apply` raises if anything is not as it expects."""

    shapes: Mapping[str, type[Struct]]
    check: Check
    apply: Apply

    @cached_property
    def _decoder(self) -> "msgspec.json.Decoder[Any]":
        shapes: dict[str, type[Struct]] = {**self.shapes, WatermarkReached.type: Watermark}
        told = tuple(_told(type_, shape) for type_, shape in shapes.items())
        return msgspec.json.Decoder(Union[told])  # noqa: UP007

    def read(self, epoch: int, mark: int, chain: str, records: Sequence[Record]) -> Read | None:
        """Records that are the next of this epoch behind `mark`, of whichever begins if nothing was read yet;
        None if anything is not as expected."""
        told = self._decoded([record.value or b"" for record in records])
        if not told or [each.sequence for each in told] != list(range(mark + 1, mark + len(records) + 1)):
            return None
        after = follow(chain, [each.id for each in told], [each.chain for each in told])
        if after is None or {each.epoch for each in told} != {epoch or told[0].epoch}:
            return None
        data = [each.data for each in told]
        moments = [each.moment for each in data if type(each) is Watermark]
        events = [each for each in data if type(each) is not Watermark] if moments else data
        if not are_moments(moments) or not self.check(events):
            return None
        return Read(told[0].epoch, after, events, max(map(datetime.fromisoformat, moments), default=None))

    def _decoded(self, values: Sequence[bytes]) -> list[Any] | None:
        if any(len(it) > ORDINARY or it.count(b"{") + it.count(b"[") > DEEPEST for it in values):
            return None
        try:
            # What is not looked at is not decoded either: a text that is none is bad all the same.
            b"".join(values).decode()
            return list(map(self._decoder.decode, values))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None


def _told(type_: str, shape: type[Struct]) -> type[Struct]:
    data = [("data", shape)]
    return msgspec.defstruct(
        "Told", data, bases=(Envelope,), tag_field="type", tag=type_, kw_only=True, gc=False
    )


def follow(chain: str, ids: Sequence[str], chains: Sequence[str]) -> str | None:
    """The chain behind these ids, if it is as told after each of them (`contracts.streams.link`). None also
    if an id is no UUID as this product writes it."""
    if not are_uuids(ids) or any(len(each) != CHAIN_LENGTH for each in chains):
        return None
    last, found = bytes.fromhex(chain), list[bytes]()
    whole = bytes.fromhex("".join(ids).replace("-", ""))
    for start in range(0, len(whole), 16):
        last = sha256(last + whole[start : start + 16]).digest()[:16]
        found.append(last)
    return last.hex() if b"".join(found).hex() == "".join(chains) else None
