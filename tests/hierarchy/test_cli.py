"""The commands as the administrator sees them."""

import io
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.console import Console

from services.chassis import command
from services.chassis.errors import Conflict
from services.chassis.process.progress import shown
from services.chassis.process.settings import Settings
from services.hierarchy.cli import extend

DATA = Path(__file__).parent / "data"

Run = Callable[..., int]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command line of hierarchy; the exit code."""
    monkeypatch.setenv("APP_DATABASE_URL", settings.dsn)
    monkeypatch.setenv("APP_KAFKA_BROKERS", settings.kafka_brokers)

    def run_line(*words: str) -> int:
        def nothing(_: object) -> None:
            return None

        with patch.object(sys, "argv", ["hierarchy", *words]):
            return command.main("hierarchy", nothing, nothing, (), extend)  # type: ignore[arg-type]

    return run_line


def test_a_good_file_ends_with_a_summary(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code = run("import-municipalities", str(DATA / "classifier_utf8.csv"), "--region", "13")

    shown = capsys.readouterr()
    assert code == 0
    assert shown.out == ("municipalities: 15 added, 0 changed, 0 unchanged, 0 missing from the file (kept)\n")
    assert shown.err == "municipalities: 15/15\n"


def test_a_bad_file_ends_with_every_line_and_code_1(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    path = DATA / "classifier_broken.csv"

    code = run("import-municipalities", str(path), "--region", "13")

    lines = capsys.readouterr().err.splitlines()
    assert code == 1
    assert lines[1] == f"{path}:9: Контрольная цифра кода 13605404 – 7, а в файле 8. Проверьте код."
    assert lines[-1] == "8 problems; nothing was changed."


def test_a_file_that_is_not_there_is_named(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import-smos", "nowhere.yaml") == 1
    assert "nowhere.yaml: No such file" in capsys.readouterr().err


def test_a_script_runs_command_after_command_until_one_fails(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "a script"
    good = f"import-municipalities '{DATA / 'classifier_utf8.csv'}' --region 13"
    script.write_text(f"# the region\n\n{good}\nimport-smos nowhere.yaml\n{good}\n", "utf-8")

    assert run("script", str(script)) == 1

    shown = capsys.readouterr()
    assert shown.out == ("municipalities: 15 added, 0 changed, 0 unchanged, 0 missing from the file (kept)\n")
    assert "nowhere.yaml: No such file" in shown.err
    assert run("script", "nowhere") == 1


def test_a_second_campaign_is_refused_by_name(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.yaml"
    other.write_bytes((DATA / "campaign.yaml").read_bytes().replace(b"spring-2026", b"summer"))

    assert run("open-campaign", str(DATA / "campaign.yaml")) == 0
    assert run("open-campaign", str(other)) == 1
    assert "Уже открыт марафон «Весенний марафон» (spring-2026)" in capsys.readouterr().err


def test_a_terminal_gets_a_bar_that_ends_its_line() -> None:
    screen = io.StringIO()

    with shown(Console(file=screen, force_terminal=True, width=80)) as progress:
        progress("organizations", 1, 2)
        progress("organizations", 2, 2)

    assert "1/2" in screen.getvalue()
    assert screen.getvalue().count("\n") == 1
    last = screen.getvalue().rpartition("\r")[2]
    assert "organizations" in last
    assert "2/2" in last


def test_a_command_that_is_refused_leaves_the_cursor_shown() -> None:
    screen = io.StringIO()

    with suppress(Conflict), shown(Console(file=screen, force_terminal=True, width=80)) as progress:
        progress("organizations", 1, 2)
        raise Conflict("campaign-already-open")

    assert screen.getvalue().rfind("\x1b[?25h") > screen.getvalue().rfind("\x1b[?25l")


def test_a_file_gets_a_line_for_every_tenth() -> None:
    log = io.StringIO()

    with shown(Console(file=log)) as progress:
        for done in range(1, 101):
            progress("organizations", done, 100)

    assert len(log.getvalue().splitlines()) == 11


def test_years_without_a_calendar_are_added_by_the_law_alone(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [run("calendar-by-law", *words) for words in (("2026", "2040"), ("2040",), ("3000",))]

    shown = capsys.readouterr()
    assert codes == [0, 0, 1]
    assert shown.out == "calendar: 2040 by article 112, without transfers\n"
    assert "Укажите год с 2000 по 2100" in shown.err


def test_a_campaign_that_reaches_into_an_unknown_year_is_refused(
    run: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    campaign = (DATA / "campaign.yaml").read_text("utf-8").replace("2026-04-15", "2099-04-15")
    (file := tmp_path / "campaign.yaml").write_text(campaign, "utf-8")

    code = run("open-campaign", str(file))

    assert code == 1
    assert "Производственного календаря на 2027 год пока нет" in capsys.readouterr().err
