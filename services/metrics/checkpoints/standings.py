"""A municipality's line of a board, as events hold it. Pure."""

from typing import Any

from contracts.results import Standing
from services.metrics.picture.board import Board


def line_of(board: Board, code: str) -> dict[str, Any]:
    """The line, as `Standing` takes it."""
    line: dict[str, Any] = {"municipality": code, **board.figures(board.codes_of(code))}
    if (target := board.plan.targets.known.get(code)) is None:
        return line
    line |= {"scope": target.scope, "target_number": target.number, "target_confirmed": target.confirmed}
    for counter, progress in board.reached(board.plan.goal(code)).items():
        line[f"target_{counter}"] = progress.target
        line |= {f"share_{counter}": progress.share, f"pace_{counter}": progress.pace}
    return line


def standing(board: Board, code: str) -> Standing:
    """The same by itself."""
    return Standing.model_validate(line_of(board, code))
