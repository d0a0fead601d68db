"""What the territory contributes to «Сегодня»."""

from contracts.appointments import Scope
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.waiting import Line, Looked, Step
from services.hierarchy.core.tenants import tenants_of
from services.hierarchy.territory.store import municipalities

REST = "Телефон администрации не указан: по нему звонят участники, когда ближе никого нет."


async def lines(db: Db, looked: Looked) -> list[Line]:
    """The administrations without a telephone."""
    await tenancy.see(db, *tenants_of(looked.staff))
    found = []
    for place in looked.of(Scope.MUNICIPALITY):
        if may(looked.staff, Deed.SET_RECEPTION, place) and not place.transformed:
            href = f"{address_of(Scope.MUNICIPALITY, place.of)}/reception"
            if not (await municipalities.reception(db, place.of)).phone:
                found.append(
                    Line("reception", REST, href, step=Step("Указать", href), where=looked.where(place))
                )
    return found
