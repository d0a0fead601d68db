"""What a run needs to know of the installation."""

import json
from pathlib import Path

import pytest

from deploy.demonstration.addresses import Addresses, next_run
from deploy.demonstration.stopped import Stopped


def test_a_replay_goes_through_the_gateway(tmp_path: Path) -> None:
    written = {"url": "http://127.0.0.1:8080/", "intake": "http://127.0.0.1:8001"}
    (tmp_path / "addresses.json").write_text(json.dumps(written))

    found = Addresses.behind_the_gateway(tmp_path)

    assert {found.intake, found.hierarchy, found.metrics} == {"http://127.0.0.1:8080"}
    assert found.mail == tmp_path / "mail"


def test_without_an_installation_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="start the installation first"):
        Addresses.behind_the_gateway(tmp_path)


def test_no_run_gets_the_number_of_another(tmp_path: Path) -> None:
    assert [next_run(tmp_path / "runs") for _ in range(12)] == list(range(1, 13))
