"""Pages: the invitations of those whom the viewer reminds: what was sent, followed, answered."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from services.chassis.web.forms import from_here, number_of
from services.chassis.web.tables import Cell, download, ending_of, files
from services.chassis.web.visits import Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.commands.reminded_by import reminded_by
from services.hierarchy.appointments.store import appointments
from services.hierarchy.appointments.store.appointments import Invited
from services.hierarchy.core.domain.forming import region_zone
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.core.store import campaigns, places
from services.hierarchy.core.store.places import Places
from services.hierarchy.core.tenants import CALLED, overseen

ADDRESS = "/cabinet/invitations"
COLUMNS = ("Кто", "Адрес", "Роль", "Где", "Состояние", "Письмо отправлено", "По ссылке переходили")


@dataclass(frozen=True, slots=True)
class Row:
    """An invitation as the list has it; to an SMO without the name and address of whom it does not call."""

    name: str
    email: str
    title: str
    place: str
    state: str
    invited: Invited


class InvitationPages(Controller):
    """Invitations."""

    path = ADDRESS
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL

    @get()
    async def listed(self, visit: NamedDependency[Visit[Staff]]) -> Response[str] | Response[bytes]:
        """Those who have not signed in yet; `all=1`: everybody; `format=csv` or `xlsx`: as a file."""
        everybody, ending = visit.query.get("all") == "1", ending_of(visit.query)
        async with visit.pool.acquire() as db, db.transaction():
            campaign = await campaigns.now_open(db)
            found, over = await reminded_by(
                db, visit.who, lambda roles: appointments.invited(db, roles, not everybody)
            )
        whole = overseen(visit.who)
        named = whole is None or whole.names
        rows = [_row(each, over, named) for each in sorted(found, key=lambda each: each.has_signed_in)]
        if ending:
            zone = region_zone(campaign)
            return await download(
                "Приглашения",
                ending,
                COLUMNS,
                (_cells(row, zone) for row in rows),
                visit.now.astimezone(zone),
            )
        return await visit.page(
            "appointments/invitations.html",
            rows=rows,
            named=any(row.name for row in rows),
            everybody=everybody,
            waiting=sum(not row.invited.has_signed_in for row in rows),
            reminded=number_of(visit.query.get("reminded", "")),
            files=files(ADDRESS, all=int(everybody)),
        )


def _row(each: Invited, over: Places, named: bool) -> Row:
    who = (each.name, each.email) if named or each.role in CALLED else ("", "")
    return Row(*who, TITLES[each.role], places.of_role(over, each.role, each.of).name, _state(each), each)


def _state(each: Invited) -> str:
    if each.has_signed_in:
        return "Пользуется кабинетом"
    # That the link was followed is no answer: mail filters follow every link of a letter.
    return "Письмо не доставлено" if each.undelivered else "Ждём ответа"


def _is_undelivered(row: Row) -> bool:
    """Whether the only letter of a person will not arrive."""
    return bool(row.invited.undelivered) and not row.invited.has_signed_in


def _cells(row: Row, zone: ZoneInfo) -> tuple[Cell, ...]:
    moments = (row.invited.sent_at, row.invited.followed_at)
    sent, followed = (f"{at.astimezone(zone):%d.%m.%Y %H:%M}" if at else "" for at in moments)
    state = f"{row.state}. {row.invited.undelivered}" if _is_undelivered(row) else row.state
    return (row.name, row.email, row.title, row.place or "регион", state, sent, followed)
