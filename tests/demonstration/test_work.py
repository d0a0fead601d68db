"""The work between the levels of the fictional municipality: in an order in which it can be entered."""

import yaml

from deploy.demonstration.region import DATA
from deploy.demonstration.staff import reporting

WORK, PLANS, HOTLINE = (
    yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8")) for name in ("work", "plans", "hotline")
)


def test_the_head_does_nothing_earlier_than_what_was_entered_before() -> None:
    ordered = [order["days_ago"] for order in WORK["orders"] if order["by"].startswith("head.")]

    # First the plans, then the regulation of the hotline, at the hour at which it is entered, then the work.
    assert PLANS["checkpoints"]["begun_days_ago"] > HOTLINE["regulation"]["days_ago"] > max(ordered)


def test_of_a_week_one_summary_was_late_one_is_missing_and_one_declares_a_number() -> None:
    by_coordinators = WORK["summaries"]["coordinator"]
    # The last but one: whatever day it is, all of its are sent by now, and every campaign has had it.
    week = [sent[1] for sent in by_coordinators.values()]

    assert {len(sent) for level in WORK["summaries"].values() for sent in level.values()} == {3}
    assert set(by_coordinators) == set(reporting())
    assert any(summary.get("before", 0) < 0 for summary in week)
    assert {} in week
    (declared,) = (each for summary in week for each in summary.get("declared", ()))
    assert declared["reason"]
