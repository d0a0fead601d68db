"""Summaries as PDF, to be printed and filed."""

from pathlib import Path

from services.chassis.process import press
from services.chassis.text import whole_number
from services.chassis.web.pages import day, moment
from services.hierarchy.appointments.domain.letterheads import Letterhead
from services.hierarchy.reports.domain.figures import IN_FULL, Figure
from services.hierarchy.reports.domain.reports import Line
from services.hierarchy.reports.showing import Shown

TEMPLATE = Path(__file__).with_name("report.typ")
UNKNOWN = "нет данных"


class ReportPress:
    """Typesets summaries."""

    def __init__(self) -> None:
        self._press = press.Press(TEMPLATE)

    async def printed(self, shown: Shown, letterhead: Letterhead) -> bytes:
        """A summary as it is shown, as PDF. Raises Unavailable if too many wait, TimeoutError, Broken."""
        return await self._press.printed(document(shown, letterhead))


def document(shown: Shown, head: Letterhead) -> dict[str, object]:
    """What the template shows, in words."""
    report, content, zone = shown.report, shown.content, shown.view.campaign.time_zone
    version = next((each for each in shown.versions if each.number == shown.number), None)
    sent = f"Отправлена {moment(version.sent_at, zone)}, {version.by}" if version else "Ещё не отправлена"
    correction = f", исправление {shown.number - 1}" if shown.number > 1 else ""
    reasons = {each.figure: each.reason for each in content.declared}
    as_of = f"Показатели на {moment(content.as_of, zone)}" if content.as_of else "Показателей системы нет"
    return {
        "title": "Сводка",
        "issuer": (head.issuer or report.name).splitlines(),
        "name": report.name,
        "period": f"{day(report.period.first)} – {day(report.period.last)} {report.period.last.year} г.",
        "facts": [sent + correction, as_of],
        "rows": [
            (IN_FULL[name], *numbers(figure), reasons.get(name, ""))
            for name, figure in content.figures.items()
            if figure != Figure()
        ],
        "notes": content.notes.split("\n") if content.notes else [],
        "themes": [each.words for each in content.themes],
        "lines": [_line(line, shown) for line in content.lines or ()],
    }


def numbers(figure: Figure) -> tuple[str, str, str]:
    """What is stated, what is counted, and the difference, in words."""
    difference = f"{figure.difference:+}" if figure.difference else ""
    return _number(figure.stated), _number(figure.counted), difference


def _number(n: int | None) -> str:
    return UNKNOWN if n is None else whole_number(n)


def _line(line: Line, shown: Shown) -> tuple[str, str, str, str, str]:
    registered, submitted = line.figures["registered"], line.figures["submitted"]
    writer = line.by or shown.writers.get(line.report, "координатора нет")
    state = "прислана" if line.number else "не прислана"
    notes = "\n".join(filter(None, (line.notes, *(theme.words for theme in line.themes))))
    return line.name, f"{writer}, {state}", _number(registered.stated), _number(submitted.stated), notes
