"""Minutes as PDF, with the figures that were shown."""

from pathlib import Path

from contracts.results import Standing
from services.chassis.process import press
from services.chassis.web.pages import moment, number
from services.hierarchy.meetings.domain.agreements import STATES, Agreement
from services.hierarchy.meetings.domain.invitations import PRESENCES
from services.hierarchy.meetings.domain.meetings import FORMATS, Figures, Item
from services.hierarchy.meetings.showing import Shown

TEMPLATE = Path(__file__).with_name("minutes.typ")
UNKNOWN = "–"


class MinutesPress:
    """Typesets minutes."""

    def __init__(self) -> None:
        self._press = press.Press(TEMPLATE)

    async def printed(self, shown: Shown) -> bytes:
        """A meeting as PDF, as far as whoever asks may see it. Raises Unavailable if too many wait,
        TimeoutError, Broken."""
        return await self._press.printed(document(shown))


def document(shown: Shown) -> dict[str, object]:
    """What the template shows, in words."""
    planned, zone = shown.meeting.planned, shown.frame.campaign.time_zone
    latest = next(iter(shown.minutes), None)
    facts = [
        ("Когда", moment(planned.begins_at, zone, "d MMMM y 'года', HH:mm")),
        ("Как", FORMATS[planned.format]),
        ("Где", planned.place),
        ("Ссылка", planned.link),
    ]
    return {
        "title": f"Протокол: {planned.title}",
        "smo": shown.view.smo.name,
        "facts": [fact for fact in facts if fact[1]],
        "own": shown.view.codes is not None,
        "present": [
            {"place": each.place, "name": each.was_there or UNKNOWN, "how": PRESENCES[each.presence]}
            for each in shown.invitations
        ],
        "before": [_agreement(each) for each in shown.before],
        "agenda": [_item(item, shown, zone) for item in shown.agenda],
        "minutes": latest.body.split("\n") if latest else [],
        "version": latest.number if latest else 0,
        "agreements": [_agreement(each) for each in shown.agreements],
    }


def _item(item: Item, shown: Shown, zone: str) -> dict[str, object]:
    return {"text": item.body, "figures": _figures(item.figures, shown, zone) if item.figures else None}


def _figures(figures: Figures, shown: Shown, zone: str) -> dict[str, object]:
    return {
        "as_of": f"На {moment(figures.as_of, zone, 'HH:mm:ss, d MMMM')}",
        "rows": [_row(each, shown) for each in figures.items],
    }


def _row(each: Standing, shown: Shown) -> list[str]:
    """A municipality's figures beside its targets; what is not known is not 0."""
    return [
        shown.names.get(each.municipality, each.municipality),
        *(_number(each.registered), _number(each.target_registered), _share(each.share_registered)),
        *(_number(each.submitted), _number(each.target_submitted), _share(each.share_submitted)),
    ]


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else number(value)


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{number(value)} %"


def _agreement(agreement: Agreement) -> dict[str, str]:
    return {
        "place": agreement.place,
        "text": agreement.body,
        "due": f"{agreement.due:%d.%m.%Y}",
        "state": STATES[agreement.state],
    }
