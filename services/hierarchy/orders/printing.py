"""Orders as PDF, to be printed and signed."""

from pathlib import Path

from services.chassis.process import press
from services.chassis.web.pages import day, moment
from services.directory.initials import signed
from services.hierarchy.appointments.domain.letterheads import Letterhead
from services.hierarchy.core.domain.forming import region_time
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.orders.domain.orders import REPORTS
from services.hierarchy.orders.domain.tasks import STATES
from services.hierarchy.orders.showing import Shown

TEMPLATE = Path(__file__).with_name("order.typ")


class OrderPress:
    """Typesets orders."""

    def __init__(self) -> None:
        self._press = press.Press(TEMPLATE)

    async def printed(self, shown: Shown, letterhead: Letterhead) -> bytes:
        """An order with those of its addressees whom the viewer sees, as PDF. Raises Unavailable if too many
        wait, TimeoutError, Broken."""
        return await self._press.printed(document(shown, letterhead))


def document(shown: Shown, head: Letterhead) -> dict[str, object]:
    """What the template shows, in words."""
    order, zone = shown.order, shown.view.campaign.time_zone
    issued = region_time(shown.view.campaign, order.issued_at or order.made_at).date()
    act = f"По распоряжению № {order.act.number} от {order.act.day:%d.%m.%Y}" if order.act.day else ""
    return {
        "title": f"Поручение № {order.number or '____'}",
        "number": str(order.number or "____"),
        "day": f"{day(issued)} {issued.year} г.",
        "issuer": (head.issuer or shown.view.place.name).splitlines(),
        "place": head.place,
        "text": order.body.split("\n"),
        "facts": [
            ("Срок", moment(order.due_at, zone, "d MMMM y 'года', HH:mm")),
            ("Что считается выполнением", REPORTS[order.done_by]),
            *([("Основание", act)] if act else []),
        ],
        "signer": {
            "title": "Руководитель рабочей группы" if order.working_group else "Глава",
            "name": signed(shown.giver),
        },
        "addressees": [
            {
                "name": task.holder.name,
                "title": TITLES[task.holder.role],
                "place": task.holder.place,
                "state": STATES[task.state],
            }
            for task in shown.items
        ],
    }
