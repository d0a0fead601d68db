"""What is shown while a replay runs."""

import asyncio
import io

import pytest
from rich.console import Console

from deploy.demonstration import progress
from deploy.demonstration.campaign import Figures
from deploy.demonstration.progress import Tally, show
from deploy.demonstration.replay import beside


async def test_a_terminal_gets_one_bar() -> None:
    screen = io.StringIO()
    tally = Tally(4, Figures(10, 20))

    async with beside(show(tally, Console(file=screen, force_terminal=True, width=120))):
        await asyncio.sleep(0)
        tally.registered, tally.submitted, tally.region = 1, 3, Figures(11, 23)

    assert screen.getvalue().count("\n") == 1
    assert "4/4" in screen.getvalue()
    assert "region: 11 registered, 23 submitted" in screen.getvalue()


async def test_a_log_gets_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "TOLD", 0.05)
    tally = Tally(4, Figures(10, 20), registered=1)

    async with beside(show(tally, Console(file=io.StringIO()))):
        lines = list[str]()
        async with asyncio.timeout(120):
            while len(lines) < 3:
                await asyncio.sleep(0.01)
                lines += capsys.readouterr().out.splitlines()

    assert len(lines) == 3
    assert lines[0].startswith("1/4  ")
    assert lines[0].endswith("/s  region: 10 registered, 20 submitted")
