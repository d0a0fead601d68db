"""What appointments contribute to «Сегодня»."""

from uuid import UUID

from contracts.appointments import Scope
from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.hierarchy.appointments.commands.reminded_by import reminded_by
from services.hierarchy.appointments.store import acts, appointments
from services.hierarchy.core.addresses import address_of
from services.hierarchy.core.authority import Deed, may
from services.hierarchy.core.domain.roles import CALLED_BY_PHONE
from services.hierarchy.core.domain.waiting import Line, Looked, Step
from services.hierarchy.core.tenants import overseen, tenants_of

REMIND = Step("Напомнить", "/cabinet/reminders", sends=True)


async def lines(db: Db, looked: Looked) -> list[Line]:
    """One's own telephone, members of no category, invitations without an answer."""
    await tenancy.see(db, *tenants_of(looked.staff))
    found = [
        *await _unreachable(db, looked),
        *await _unsigned(db, looked),
        *await _uncategorised(db, looked),
    ]
    # An overseer's are counted by municipality.
    return found if overseen(looked.staff) else [*found, *await _unanswered(db, looked)]


async def _unreachable(db: Db, looked: Looked) -> list[Line]:
    held = await appointments.of_account(db, looked.staff.account)
    silent = [a.id for a in held if a.until_at is None and a.role in CALLED_BY_PHONE and not a.phone]
    if not silent:
        return []
    href = f"/cabinet/appointments/{silent[0]}/contact"
    rest = "Укажите свой телефон: он встанет рядом с вашей почтой, и вам смогут позвонить."
    return [Line("phone", rest, href, step=Step("Указать", href), own=True)]


async def _unsigned(db: Db, looked: Looked) -> list[Line]:
    """Acts that are entered, and perhaps signed on paper alone."""
    found = []
    for place in looked.of(Scope.MUNICIPALITY):
        if not may(looked.staff, Deed.ATTACH_SCAN, place):
            continue
        if n := await acts.unscanned(db, place.tenant):
            href = f"{address_of(Scope.MUNICIPALITY, place.of)}/acts?missing=scan"
            step, where = Step("Приложить", href), looked.where(place)
            noun = ("распоряжение", "распоряжения", "распоряжений")
            found.append(Line("scans", "без подписанной копии", href, n, noun, step, where=where))
    return found


async def _uncategorised(db: Db, looked: Looked) -> list[Line]:
    seen = {place.of for place in looked.of(Scope.MUNICIPALITY) if may(looked.staff, Deed.SEE_PEOPLE, place)}
    led = {UUID(place.of) for place in looked.of(Scope.GROUP)}
    found = await appointments.uncategorised(db, seen, led)
    return [
        Line(
            "category",
            f"группы «{each.name}» – не указано, кто это: служащий, руководитель организации или депутат",
            address_of(Scope.GROUP, each.of),
            each.count,
            ("член", "члена", "членов"),
        )
        for each in found
    ]


async def _unanswered(db: Db, looked: Looked) -> list[Line]:
    waiting, _ = await reminded_by(
        db, looked.staff, lambda roles: appointments.invited(db, roles, waiting=True)
    )
    if not waiting:
        return []
    noun = ("приглашение", "приглашения", "приглашений")
    return [Line("answer", "без ответа", "/cabinet/invitations", len(waiting), noun, REMIND)]
