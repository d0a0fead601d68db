"""Pages: an order, and all that its addressees and its giver do with it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from contracts.appointments import Role
from contracts.work import OrderTaskState
from services.chassis.db.idempotency import Moment
from services.chassis.errors import Forbidden, NotFound
from services.chassis.process.files import Files
from services.chassis.web.downloads import as_attachment
from services.chassis.web.forms import LONGEST_FORM, from_here, sent_file, uuid_of
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.directory.staff import RENEWAL
from services.hierarchy.appointments.domain.scans import LONGEST_UPLOAD, check_content, too_large
from services.hierarchy.appointments.store import letterheads
from services.hierarchy.core.addresses import ORDERS
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.domain.roles import TITLES
from services.hierarchy.orders.commands.accept_reports import accept_reports
from services.hierarchy.orders.commands.acknowledge_order import acknowledge_order
from services.hierarchy.orders.commands.attach_file import NewFile, attach_file
from services.hierarchy.orders.commands.close_order import close_order
from services.hierarchy.orders.commands.confirm_order import Confirmation, confirm_order
from services.hierarchy.orders.commands.postpone_order import Postponement, postpone_order
from services.hierarchy.orders.commands.report_order import NewReport, report_order
from services.hierarchy.orders.commands.return_report import Return, return_report
from services.hierarchy.orders.domain.deadlines import Deadline
from services.hierarchy.orders.domain.orders import KINDS, REPORTS, STATES, STEPS, DoneBy, Order, State
from services.hierarchy.orders.domain.reports import Reported
from services.hierarchy.orders.domain.tasks import STATES as TASK_STATES
from services.hierarchy.orders.domain.tasks import Task
from services.hierarchy.orders.printing import OrderPress
from services.hierarchy.orders.showing import AT_ONCE, Shown, show

log = structlog.get_logger()

ALL = 10_000
"""Addressees of a printed order."""


class OrderPages(Controller):
    """An order, as its giver, its addressees and those between them see it."""

    path = ORDERS + "/{id_:uuid}"
    include_in_schema = False
    guards = [from_here]
    exception_handlers = RENEWAL
    request_max_body_size = LONGEST_FORM

    @get()
    async def one(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The order; `which`: addressees in one state, behind one (`after`)."""
        return await _page(visit, id_)

    @get("/order.pdf")
    async def print_(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        order_press: NamedDependency[OrderPress],
    ) -> Response[bytes]:
        """The order with its addressees, to be printed and signed."""
        async with visit.pool.acquire() as db, db.transaction():
            shown = await show(db, visit.who, id_, limit=ALL)
            head = await letterheads.of_tenant(db, shown.order.municipality)
        body = await order_press.printed(shown, head)
        headers = as_attachment(f"Поручение № {shown.order.number or 'проект'}.pdf")
        return Response(body, media_type="application/pdf", headers=headers)

    @post("/acknowledgement")
    async def acknowledge(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """The addressee has read it."""
        await visit.sent()
        async with visit.refusing():
            await acknowledge_order(visit.pool, visit.who, id_, await visit.moment())
            return visit.go(_address(id_), done="acknowledged")
        return await _page(visit, id_)

    @get("/report")
    async def reporting(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """The report, to be written."""
        return await _reporting(visit, id_)

    @post("/report", request_max_body_size=LONGEST_UPLOAD)
    async def report(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID], files: NamedDependency[Files]
    ) -> Answer:
        """It waits for the giver then."""
        who = visit.who  # whoever is not signed in sends no file
        async with visit.refusing():
            body = await _uploaded(visit)
            form, task = visit.form, uuid_of(visit.form.of("task"))
            typed = "\0".join((form.of("task"), form.of("text"), form.of("number"))).encode()
            at, file = await visit.moment(typed + body[:4096]), None
            if body:
                content = await asyncio.to_thread(check_content, body)
                new = NewFile(id_, content, reports=True, task=task)
                # The same content is kept once: a repeat needs no key of its own.
                file = (await attach_file(visit.pool, files, who, new, Moment(visit.now))).id
            given = NewReport(id_, Reported(form.of("text"), form.of("number"), file), task)
            await report_order(visit.pool, who, given, at)
            return visit.go(_address(id_), done="reported")
        return await _reporting(visit, id_)

    @post("/acceptance")
    async def accept(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """One report, or all that wait, are as they should be."""
        form = await visit.sent()
        async with visit.refusing():
            task = uuid_of(form.of("task"))
            chosen = [task] if task else []
            done = await accept_reports(visit.pool, visit.who, id_, chosen, await visit.moment())
            over = done.state is State.CLOSED
            return visit.go(_address(id_), done="all-accepted" if over else "accepted")
        return await _page(visit, id_)

    @get("/return")
    async def returning(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Why a report is returned, to be written."""
        return await _returning(visit, id_)

    @post("/return")
    async def send_back(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID], entrance: NamedDependency[Entrance]
    ) -> Answer:
        """The addressee reports again."""
        form = await visit.sent()
        async with visit.refusing():
            given = Return(id_, uuid_of(form.of("task")) or UUID(int=0), form.of("reason"))
            await return_report(visit.pool, entrance, visit.who, given, await visit.moment())
            return visit.go(_address(id_), done="returned")
        return await _returning(visit, id_)

    @get("/postponement")
    async def postponing(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Until when, to be chosen."""
        return await _deed(visit, id_, "orders/postponement.html")

    @post("/postponement")
    async def postpone(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID], entrance: NamedDependency[Entrance]
    ) -> Answer:
        """For all addressees."""
        form = await visit.sent()
        async with visit.refusing():
            given = Postponement(id_, Deadline(form.of("deadline")), form.of("reason"))
            done = await postpone_order(visit.pool, entrance, visit.who, given, await visit.moment())
            return visit.go(_address(id_), done="postponed", moved=done.moved)
        return await _deed(visit, id_, "orders/postponement.html")

    @get("/closing")
    async def closing(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """Whether it is to be closed: that cannot be undone."""
        return await _deed(visit, id_, "orders/closing.html")

    @post("/closing")
    async def close(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Answer:
        """Nothing is reported any more."""
        await visit.sent()
        async with visit.refusing():
            done = await close_order(visit.pool, visit.who, id_, await visit.moment())
            return visit.go(_address(id_), done=done.state)
        return await _deed(visit, id_, "orders/closing.html")

    @get("/confirmation")
    async def confirming(self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID]) -> Response[str]:
        """What was prepared, to be confirmed."""
        return await _deed(visit, id_, "orders/confirmation.html")

    @post("/confirmation")
    async def confirm(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID], entrance: NamedDependency[Entrance]
    ) -> Answer:
        """It is in force."""
        form = await visit.sent()
        async with visit.refusing():
            again = Deadline(form.of("deadline")) if form.of("deadline") else None
            given = Confirmation(id_, form.of("number"), form.of("day"), again)
            done = await confirm_order(visit.pool, entrance, visit.who, given, await visit.moment())
            told = {"moved": done.moved, "withdrawn": done.withdrawn or ""}
            return visit.go(_address(id_), done="issued", **told)
        return await _deed(visit, id_, "orders/confirmation.html")

    @post("/files", request_max_body_size=LONGEST_UPLOAD)
    async def attach(
        self, visit: NamedDependency[Visit[Staff]], id_: FromPath[UUID], files: NamedDependency[Files]
    ) -> Answer:
        """A file stands with the order."""
        who = visit.who
        async with visit.refusing():
            content = await asyncio.to_thread(check_content, await _uploaded(visit))
            await attach_file(visit.pool, files, who, NewFile(id_, content), Moment(visit.now))
            return visit.go(_address(id_), done="attached")
        return await _page(visit, id_)

    @get("/files/{file:uuid}")
    async def download(
        self,
        visit: NamedDependency[Visit[Staff]],
        id_: FromPath[UUID],
        file: FromPath[UUID],
        files: NamedDependency[Files],
    ) -> Stream:
        """A file of the order, or of a report that the viewer sees, to be saved."""
        async with visit.pool.acquire() as db, db.transaction():
            shown = await show(db, visit.who, id_)
        kept = next((each for each in shown.files if each.id == file), None)
        if kept is None:
            raise NotFound("order-file-unknown")
        try:
            parts = await files.read(kept.key)
        except FileNotFoundError as error:
            log.error("scan_lost", name=kept.key)
            raise NotFound("order-file-unknown") from error
        headers = as_attachment(f"Поручение № {shown.order.number or 'проект'}.{kept.ending}")
        return Stream(parts, media_type=kept.media_type, headers=headers | {"Content-Length": str(kept.size)})


def _address(id_: UUID) -> str:
    return f"{ORDERS}/{id_}"


async def _shown(visit: Visit[Staff], id_: UUID) -> Shown:
    states = [OrderTaskState(word)] if (word := visit.query.get("which", "")) in set(OrderTaskState) else None
    async with visit.pool.acquire() as db, db.transaction():
        return await show(db, visit.who, id_, states, uuid_of(visit.query.get("after", "")), AT_ONCE + 1)


async def _page(visit: Visit[Staff], id_: UUID) -> Response[str]:
    shown = await _shown(visit, id_)
    which = visit.query.get("which", "")
    last = shown.items[AT_ONCE - 1].id if len(shown.items) > AT_ONCE else ""
    return await visit.page(
        "orders/order.html",
        **_common(shown),
        items=shown.items[:AT_ONCE],
        which=which,
        more=f"{_address(id_)}?which={which}&after={last}" if last else "",
        overdue=shown.overdue(visit.now),
        done=visit.query.get("done", ""),
        unkept=bool(visit.query.get("unkept")),
        moved=visit.query.get("moved", "")[:200],
        withdrawn=visit.query.get("withdrawn", "")[:2],
        steps=STEPS,
        kinds=KINDS,
        late=shown.order.due_at < visit.now,
    )


def _common(shown: Shown) -> dict[str, object]:
    return {
        "shown": shown,
        "order": shown.order,
        "address": _address(shown.order.id),
        "states": STATES,
        "task_states": TASK_STATES,
        "reports": REPORTS,
        "titles": TITLES,
    }


async def _reporting(visit: Visit[Staff], id_: UUID) -> Response[str]:
    """Raises Forbidden for who has none of it."""
    shown = await _shown(visit, id_)
    if not shown.own:
        raise Forbidden("not-yours-to-report")
    asked = uuid_of(visit.form.of("task") or visit.query.get("task", ""))
    task = next((each for each in shown.own if each.id == asked), None) or _first_open(shown.own)
    return await visit.page("orders/report.html", **_common(shown), task=task, done_by=DoneBy)


def _first_open(own: Sequence[Task]) -> Task:
    return next((each for each in own if each.is_open), own[0])


async def _returning(visit: Visit[Staff], id_: UUID) -> Response[str]:
    """Raises NotFound, Forbidden for who does not give it."""
    async with visit.pool.acquire() as db, db.transaction():
        shown = await show(db, visit.who, id_, limit=ALL)
    _check_gives(shown)
    asked = uuid_of(visit.form.of("task") or visit.query.get("task", ""))
    task = next((each for each in shown.items if each.id == asked), None)
    if task is None:
        raise NotFound("task-unknown")
    return await visit.page("orders/return.html", **_common(shown), task=task)


CHECKS: Mapping[str, Callable[[Order], object]] = {
    "orders/postponement.html": Order.check_issued,
    "orders/confirmation.html": Order.check_prepared,
    "orders/closing.html": Order.check_open,
}


async def _deed(visit: Visit[Staff], id_: UUID, template: str) -> Response[str]:
    """A page where a giver does something with the whole order. Raises NotFound, Forbidden."""
    shown = await _shown(visit, id_)
    if not (shown.prepares and shown.order.state is State.PREPARED and template.endswith("closing.html")):
        _check_gives(shown)
    if visit.request.method == "GET":
        # A page says at once what its form could not do any more.
        CHECKS[template](shown.order)
    by_clerk = not visit.who.holds(Role.HEAD) and shown.order.working_group is None
    return await visit.page(
        template, **_common(shown), by_clerk=by_clerk, over=shown.order.due_at <= visit.now
    )


def _check_gives(shown: Shown) -> None:
    if not shown.gives:
        raise Forbidden("not-yours-to-order")


async def _uploaded(visit: Visit[Staff]) -> bytes:
    """The file of a form, empty if none was chosen. Raises TooLarge, Malformed."""
    await visit.sent(too_large())
    return await sent_file(visit.request, "scan")
