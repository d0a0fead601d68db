"""The staff meeting of the fictional region: fifteen ideas that intake takes as they are."""

from datetime import UTC, datetime
from uuid import uuid4

import yaml

from contracts.structure import CampaignDefined
from deploy.demonstration.region import DATA
from deploy.demonstration.staff_meeting import POSITION, grid
from services.chassis.web.forms import Form
from services.intake.staff_meetings.domain.grid import check_row, completed, positions_of
from services.intake.staff_meetings.domain.meetings import StaffMeeting
from services.intake.staff_meetings.domain.sheet import check_lines, typed_lines
from services.intake.staff_meetings.showing import typed_rows
from tests.factories import define_campaign

WANTED = yaml.safe_load((DATA / "staff_meeting.yaml").read_text("utf-8"))


def campaign() -> CampaignDefined:
    """The demonstration's directions and classifiers."""
    told = yaml.safe_load((DATA / "campaign.yaml").read_text("utf-8"))
    return define_campaign(directions=told["directions"], classifiers=told["classifiers"])


def test_its_people_and_its_ideas_are_right() -> None:
    now, spring = datetime.now(UTC), campaign()
    meeting = StaffMeeting("13603000", uuid4(), "spring", uuid4(), now.date(), uuid4(), now, now)
    people = check_lines(typed_lines("\n".join(WANTED["people"])), positions_of(spring), POSITION, [])

    rows = completed(typed_rows(Form(grid(WANTED["ideas"]))), [], people)
    ideas = [check_row(meeting, spring, people, row) for row in rows]

    assert len(ideas) == len({idea.title for idea in ideas}) == 15
    assert max(len(idea.authors) for idea in ideas) == 3
    assert {person.position for person in people} == {"budget", "deputy"}
