"""Every reader reads every example of its topic, and whole batches of them at once."""

from pathlib import Path

import pytest

from deploy.contracts.__main__ import ROOT
from services.chassis.streams import wire
from services.chassis.streams.inbox import Reader
from services.chassis.streams.wire import Envelope
from services.hierarchy.main import READERS as HIERARCHY
from services.hotline.main import READERS as HOTLINE
from services.intake.main import READERS as INTAKE
from services.metrics.domain import Submission
from services.metrics.main import READERS as METRICS

READERS = (*HIERARCHY, *HOTLINE, *INTAKE, *METRICS)
EXAMPLES = ROOT / "contracts" / "examples"
SUBMITTED = sorted((EXAMPLES / "dialogue.initiative.submitted.v1").glob("*.json"))


def examples(type_: str) -> list[Path]:
    return sorted((EXAMPLES / type_).glob("*.json"))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: f"{reader.name} {reader.topic}")
def test_a_reader_reads_all_examples_of_its_types_at_once(reader: Reader) -> None:
    values = [path.read_bytes() for type_ in reader.shapes for path in examples(type_)]

    read = [one for one in wire.decode(values, reader.form) if isinstance(one, Envelope)]

    assert len(read) == len(values) > 0
    assert all(type(one.data) is reader.shapes[one.type] for one in read)


def test_a_stranger_in_a_batch_leaves_the_others_as_they_came() -> None:
    reader = next(reader for reader in METRICS if Submission in reader.shapes.values())
    stranger = SUBMITTED[0].read_bytes().replace(b"initiative.submitted.v1", b"initiative.praised.v1")

    read = wire.decode([SUBMITTED[0].read_bytes(), stranger], reader.form)

    assert [isinstance(one, Envelope) and type(one.data) for one in read] == [dict, dict]


def test_the_hour_is_that_of_the_regions_clock() -> None:
    reader = next(reader for reader in METRICS if Submission in reader.shapes.values())
    value = SUBMITTED[0].read_bytes()

    (read,) = wire.decode([value], reader.form)

    assert isinstance(read, Envelope)
    assert f'"submitted_at": "{read.data.hour}'.encode() in value
