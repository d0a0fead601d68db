"""Every topic has an owner, every reader is named, every service has its room."""

import pytest

from deploy.contracts.__main__ import ROOT
from deploy.contracts.records import events_of_topics
from services.chassis.streams.topics import topics
from services.hierarchy.main import READERS as HIERARCHY
from services.hotline.main import READERS as HOTLINE
from services.intake.main import READERS as INTAKE
from services.metrics.main import READERS as METRICS

READERS = {"hierarchy": HIERARCHY, "hotline": HOTLINE, "intake": INTAKE, "metrics": METRICS}
RELAYS = {"dialogue.nak.v1": {"intake", "hierarchy", "hotline", "metrics"}}
"""Read by the relays themselves, not by a subscriber."""

MANY = {"all", "each issuer its partition"}


def test_every_topic_of_an_event_is_declared_and_every_declared_topic_has_events() -> None:
    assert set(events_of_topics()) == set(topics())


@pytest.mark.parametrize("name", topics())
def test_the_owner_and_the_readers_of_a_topic_have_rooms(name: str) -> None:
    topic = topics()[name]
    named = {topic.owner, *topic.readers} - MANY - {"other systems"}

    assert all((ROOT / "services" / service / "main.py").exists() for service in named)


@pytest.mark.parametrize("name", topics())
def test_who_subscribes_is_named_as_a_reader_and_who_is_named_subscribes(name: str) -> None:
    subscribed = {service for service, readers in READERS.items() if any(r.topic == name for r in readers)}

    assert subscribed | RELAYS.get(name, set()) == set(topics()[name].readers) - {"other systems"}
