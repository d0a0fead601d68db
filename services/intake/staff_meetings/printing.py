"""The papers of a staff meeting: a form for an idea, the sign-in sheet, a code to come in by oneself."""

import io
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import segno
from litestar import Response

from services.chassis.days import in_words
from services.chassis.process.press import Press
from services.chassis.web.downloads import as_attachment
from services.directory.subordination import Subordination
from services.intake.core.choices import classifier
from services.intake.staff_meetings.domain.grid import forms_of, positions_of
from services.intake.staff_meetings.domain.meetings import StaffMeeting
from services.intake.staff_meetings.domain.sheet import Person

TEMPLATE = Path(__file__).with_name("papers.typ")

LINES = 20
"""Of a sheet that nobody is on yet; of any other, so many more are left blank as fill its page."""


class Paper(StrEnum):
    """Which of them."""

    IDEA = "idea"
    SHEET = "sheet"
    LEAFLET = "leaflet"


NAMES = {Paper.IDEA: "Бланк инициативы", Paper.SHEET: "Лист регистрации", Paper.LEAFLET: "Листок с кодом"}


async def printed(
    press: Press,
    known: Subordination,
    site: str,
    meeting: StaffMeeting,
    people: Sequence[Person],
    paper: Paper,
) -> Response[bytes]:
    """One of the papers as PDF."""
    campaign, organization = known.picture.campaign(meeting.campaign), known.picture.organizations
    name = organization[meeting.organization].name if meeting.organization in organization else ""
    link = f"{site}/register?organization={meeting.organization}"
    form = classifier(campaign, "form")
    data = {
        "kind": paper,
        "title": NAMES[paper],
        "organization": name,
        "day": in_words(meeting.day),
        "campaign": campaign.name,
        "last_day": in_words(campaign.last_day),
        "consent": campaign.consent.text,
        "directions": [term.name for term in campaign.directions],
        "form": form.name if form else "",
        "forms": [term.name for term in forms_of(campaign)],
        "people": _lines(people, {term.code: term.name for term in positions_of(campaign)}),
        "link": link,
        "qr": _qr(link),
    }
    headers = as_attachment(f"{NAMES[paper]}, {name}, {meeting.day:%d.%m.%Y}.pdf")
    return Response(await press.printed(data), media_type="application/pdf", headers=headers)


def _qr(link: str) -> str:
    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", scale=6, border=2)
    return drawn.getvalue().decode()


def _lines(people: Sequence[Person], positions: dict[str, str]) -> list[dict[str, object]]:
    """The people with their numbers, and blank lines that go on numbering."""
    known = [
        {
            "nth": person.nth,
            "name": person.name,
            "email": person.email or "",
            "position": positions.get(person.position, ""),
        }
        for person in people
    ]
    begin = max((person.nth for person in people), default=0) + 1
    blank = range(begin, begin + LINES - len(known) % LINES)
    return [*known, *({"nth": nth, "name": "", "email": "", "position": ""} for nth in blank)]
