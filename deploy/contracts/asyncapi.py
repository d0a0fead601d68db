"""The AsyncAPI 3.0 document: which topics there are, who writes and reads them, and what they hold."""

from inspect import cleandoc
from typing import Any

from contracts.event import Part
from contracts.streams import PARTITIONS, partition_of
from deploy.contracts.records import events, events_of_topics, record_of, shared_schemas, type_of
from services.chassis.streams.topics import Topic, topics
from services.chassis.streams.wire import HEADERS

CONTENT_TYPE = HEADERS[0][1].decode()
SERVICES = ("intake", "hierarchy", "hotline", "metrics")
OTHERS = "other systems"
TOWN = "13603000"

DESCRIPTION = f"""
Events of a regional installation of «Муниципальный диалог».

**Record.** One Kafka record is one CloudEvents 1.0 event in the JSON format (`{CONTENT_TYPE}`). It carries
the aggregate's full state after the change, ids and codes only: no personal data, no free text. Names of
codes are in `dialogue.structure.v1`. Ignore fields and types that you do not know. An optional field may
be added to a type; anything else is a new type, published beside the old one.

**Stream.** A stream is one partition of one topic. In topics keyed by municipality the partition is the
CRC-32 (as in zlib) of the municipality's eight ASCII digits modulo {PARTITIONS}, so that everything of one
municipality is in one order: {TOWN} is in partition {partition_of(TOWN)}. Compute it so, not with a client's
default partitioner. The record's key is `partitionkey`, except where the topic says otherwise.

**Order without loss and repeats.** `sequence` counts 1, 2, 3 … without gaps in each stream and epoch. A
reader that must be exact stores, with what it derived and in one transaction, the epoch, the sequence and
the chain of the last event it applied. A lower or equal sequence is a repeat: skip it. Anything but the next
one is a gap: read again from an earlier offset; never step over it.

**Chain.** `chain` is the first 16 bytes, in hex, of SHA-256 over the 16 bytes of the predecessor's chain
(none before number 1 of an epoch) and the 16 bytes of this event's `id`. It proves that your predecessor
is the producer's predecessor.

**Epoch.** `epoch` grows when the producer's database lost commits (a restore). A higher epoch begins with
`dialogue.stream.opened.v1` at sequence 1: drop what you derived from the stream and apply what
follows, which restates every aggregate. Ignore lower epochs from then on.

When a gap stays although the log was read again from its beginning, or the number is the next one and the
chain is not, send `dialogue.stream.missing.v1` to `dialogue.nak.v1`, partition 0, at most every ten seconds
for a stream: its owner sends again from that number.

**State topics.** Records of `dialogue.counters.v1` are states and have no numbers: of several with one key
keep the last, unless one of its `marks` (epoch, then sequence) is lower than in the one that you have. What
changed is stated at most once a second, ten seconds later at the latest, however large others are.
"""

KEYS = {
    "municipality": f"Partition = CRC-32 of the municipality's code modulo {PARTITIONS}.",
    "issuer": "Each issuer has its own partition: hierarchy 0, intake 1.",
    "none": "One partition.",
}

RECORD_KEYS = {
    "dialogue.counters.v1": "Campaign and municipality: `marafon-demo:13603000`.",
    "dialogue.nak.v1": "None: the topic is not compacted.",
}
ORDINARY_KEY = "The same as `partitionkey`."


def document() -> dict[str, Any]:
    """The whole document. It names no servers: they are the installation's."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Муниципальный диалог: события",
            "version": "1.0.0",
            "description": cleandoc(DESCRIPTION),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.name: _channel(topic) for topic in topics().values()},
        "operations": dict(_operations()),
        "components": {
            "messages": {type_: _message(event) for type_, event in events().items()},
            "schemas": shared_schemas(),
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    types = [type_of(event) for event in events_of_topics()[topic.name]]
    return {
        "address": topic.name,
        "title": topic.what,
        "description": _about(topic),
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in types},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "replicas": topic.replication,
                "topicConfiguration": {
                    "cleanup.policy": [topic.cleanup],
                    "retention.ms": topic.retention_ms,
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _about(topic: Topic) -> str:
    return "\n".join(
        (
            f"Written by: {topic.owner}. Read by: {', '.join(topic.readers)}.",
            f"{KEYS[topic.key]} Record key: {RECORD_KEYS.get(topic.name, ORDINARY_KEY)}",
            f"Kept: {topic.retention}, cleanup: {topic.cleanup}.",
        )
    )


def _operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{_word(who)}.{verb}.{topic.name}", _operation(topic, who, action))
        for topic in topics().values()
        for verb, action, people in (
            ("sends", "send", senders(topic)),
            ("receives", "receive", topic.readers),
        )
        for who in people
    ]


def senders(topic: Topic) -> tuple[str, ...]:
    """The services that write a topic."""
    if topic.owner in SERVICES:
        return (topic.owner,)
    return {"all": SERVICES, "each issuer its partition": ("hierarchy", "intake")}[topic.owner]


def _operation(topic: Topic, who: str, action: str) -> dict[str, Any]:
    channel = f"#/channels/{topic.name}"
    does = "writes" if action == "send" else "may read" if who == OTHERS else "reads"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": f"{who} {does} {topic.name}.",
        "messages": [
            {"$ref": f"{channel}/messages/{type_of(event)}"} for event in events_of_topics()[topic.name]
        ],
    }


def _word(who: str) -> str:
    return who.replace(" ", "-")


def _message(event: type[Part]) -> dict[str, Any]:
    return {
        "name": type_of(event),
        "title": event.__name__,
        "summary": cleandoc(event.__doc__ or ""),
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{record_of(event).__name__}"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
    }
