"""Submissions that wait for one commit, when it fails."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import asyncpg
import pytest

from services.intake.initiatives.commands import submit_initiative
from services.intake.initiatives.commands.submit_initiative import Submission, Submissions


async def outcomes(monkeypatch: pytest.MonkeyPatch, error: Exception) -> tuple[list[Any], list[int]]:
    """Of three submissions at once, and how many were tried together each time."""
    tried = list[int]()

    async def fail(_: object, batch: Sequence[Submission]) -> None:
        tried.append(len(batch))
        raise error

    monkeypatch.setattr(submit_initiative, "submit_together", fail)
    submissions = Submissions(cast("Any", None))
    waiting = [asyncio.create_task(submissions.submit(cast("Any", None))) for _ in range(3)]
    await asyncio.sleep(0)
    running = asyncio.create_task(submissions.run())
    answered = await asyncio.gather(*waiting, return_exceptions=True)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return answered, tried


async def test_a_commit_whose_outcome_is_unknown_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    answered, tried = await outcomes(monkeypatch, lost)

    assert (answered, tried) == ([lost] * 3, [3])


async def test_one_that_cannot_be_stored_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    _, tried = await outcomes(monkeypatch, asyncpg.CheckViolationError("of one"))

    assert tried == [3, 1, 1, 1]
