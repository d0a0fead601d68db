"""HTTP: orders down the line of subordination, and the answers to them."""

import asyncio
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.process.files import Files
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.paging import DEFAULT_LIMIT, LONGEST, cut
from services.directory.grants import Staff
from services.hierarchy.appointments.domain.scans import LARGEST, check_content
from services.hierarchy.core.domain.entrance import Entrance
from services.hierarchy.core.tenants import around
from services.hierarchy.orders.api.answered import (
    OrderAnswer,
    OrderItem,
    OrderPage,
    OwnOrderItem,
    OwnOrderPage,
    answer_of,
)
from services.hierarchy.orders.api.asked import (
    OrderAcceptance,
    OrderConfirmation,
    OrderFile,
    OrderGiven,
    OrderPostponement,
    OrderReport,
    OrderReturn,
)
from services.hierarchy.orders.commands.accept_reports import Accepted, accept_reports
from services.hierarchy.orders.commands.acknowledge_order import Acknowledged, acknowledge_order
from services.hierarchy.orders.commands.attach_file import FileKept, NewFile, attach_file
from services.hierarchy.orders.commands.close_order import Closed, close_order
from services.hierarchy.orders.commands.confirm_order import confirm_order
from services.hierarchy.orders.commands.issue_order import Issued, issue_order
from services.hierarchy.orders.commands.look_at_order import given_by
from services.hierarchy.orders.commands.postpone_order import Postponed, Postponement, postpone_order
from services.hierarchy.orders.commands.report_order import NewReport, ReportSent, report_order
from services.hierarchy.orders.commands.return_report import Return, Returned, return_report
from services.hierarchy.orders.domain.reports import Reported
from services.hierarchy.orders.showing import show
from services.hierarchy.orders.store import orders, tasks

LONGEST_FILE = LARGEST * 3 // 2
"""Bytes of a body that holds a file in Base64: one that is somewhat too large is refused in words."""


class Orders(Controller):
    """Orders."""

    path = "/api/v1/orders"
    tags = ("orders",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="Orders that one gives, or that people below have")
    async def list_(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        which: Annotated[str, QueryParameter(max_length=20)] = "",
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> OrderPage:
        """The newest first: all, or `open`, `overdue`, `reported`, `prepared`, `over`."""
        async with pool.acquire() as db, db.transaction():
            wanted = await given_by(db, by, which, after)
            found = await orders.given(db, wanted, at.now, limit + 1)
        items, next_ = cut(self.path, {"which": which, "limit": limit}, found, "id")
        shown = [
            OrderItem(
                id=each.id,
                year=each.year,
                number=each.number,
                kind=each.kind,
                text=each.body,
                due_at=each.due_at,
                state=each.state,
                giver=each.giver,
                addressees=each.total,
                reported=each.waiting,
                accepted=each.accepted,
                overdue=each.overdue,
            )
            for each in items
        ]
        return OrderPage(items=shown, next=next_)

    @get("/own", summary="What one was ordered")
    async def own(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        which: Annotated[str, QueryParameter(max_length=20)] = "",
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> OwnOrderPage:
        """The newest first: all, or `open`, `overdue`, `over`."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, *around(by))
            found = await tasks.mine(db, by.account, which, at.now, after, limit + 1)
        items, next_ = cut(f"{self.path}/own", {"which": which, "limit": limit}, found, "id")
        shown = [OwnOrderItem.model_validate(asdict(each) | {"text": each.body}) for each in items]
        return OwnOrderPage(items=shown, next=next_)

    @post(summary="Give an order, or prepare it for the Head", operation_class=Repeatable)
    async def issue(
        self,
        data: JSONBody[OrderGiven],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Issued:
        """201; `moved` says why it is not due when it was asked for."""
        return await issue_order(pool, entrance, by, data.typed(), at)

    @get("/{id_:uuid}", summary="An order as far as one may see it")
    async def one(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        after: Annotated[UUID | None, QueryParameter()] = None,
    ) -> OrderAnswer:
        """404 for an order that is neither one's own nor of anybody below."""
        async with pool.acquire() as db, db.transaction():
            shown = await show(db, by, id_, after=after, limit=LONGEST + 1)
        items, next_ = cut(f"{self.path}/{id_}", {"limit": LONGEST}, shown.items, "id")
        return answer_of(shown, next_, list(items))

    @post(
        "/{id_:uuid}/confirmation",
        summary="Confirm an order that was prepared",
        status_code=200,
        operation_class=Repeatable,
    )
    async def confirm(
        self,
        id_: FromPath[UUID],
        data: JSONBody[OrderConfirmation],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Issued:
        """200; it has its number then. `withdrawn`: orders of the series whose time was over."""
        return await confirm_order(pool, entrance, by, data.typed(id_), at)

    @post(
        "/{id_:uuid}/acknowledgement",
        summary="Acknowledge an order",
        status_code=200,
        operation_class=Repeatable,
    )
    async def acknowledge(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Acknowledged:
        """200; once is enough."""
        return await acknowledge_order(pool, by, id_, at)

    @post(
        "/{id_:uuid}/report",
        summary="Report that an order is done",
        status_code=200,
        operation_class=Repeatable,
    )
    async def report(
        self,
        id_: FromPath[UUID],
        data: JSONBody[OrderReport],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> ReportSent:
        """200; 409 while a report of theirs waits."""
        number = "" if data.number is None else str(data.number)
        given = NewReport(id_, Reported(data.text, number, data.file), data.task)
        return await report_order(pool, by, given, at)

    @post(
        "/{id_:uuid}/acceptance",
        summary="Accept reports",
        status_code=200,
        operation_class=Repeatable,
    )
    async def accept(
        self,
        id_: FromPath[UUID],
        data: JSONBody[OrderAcceptance],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Accepted:
        """200; 409 if one was judged meanwhile."""
        return await accept_reports(pool, by, id_, data.tasks, at)

    @post(
        "/{id_:uuid}/return",
        summary="Return a report, with the reason",
        status_code=200,
        operation_class=Repeatable,
    )
    async def send_back(
        self,
        id_: FromPath[UUID],
        data: JSONBody[OrderReturn],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Returned:
        """200; 409 if it was judged meanwhile."""
        return await return_report(pool, entrance, by, Return(id_, data.task, data.reason), at)

    @post(
        "/{id_:uuid}/postponement",
        summary="Postpone an order",
        status_code=200,
        operation_class=Repeatable,
    )
    async def postpone(
        self,
        id_: FromPath[UUID],
        data: JSONBody[OrderPostponement],
        pool: NamedDependency[Pool],
        entrance: NamedDependency[Entrance],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Postponed:
        """200 with when it is due now."""
        given = Postponement(id_, data.deadline.typed(), data.reason)
        return await postpone_order(pool, entrance, by, given, at)

    @post(
        "/{id_:uuid}/closing",
        summary="Close an order, or withdraw a prepared one",
        status_code=200,
        operation_class=Repeatable,
    )
    async def close(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Closed:
        """200; nothing is reported any more."""
        return await close_order(pool, by, id_, at)

    @post(
        "/{id_:uuid}/files",
        summary="Attach a file to an order, or to one's report",
        operation_class=Repeatable,
        request_max_body_size=LONGEST_FILE,
    )
    async def attach(
        self,
        id_: FromPath[UUID],
        data: JSONBody[OrderFile],
        pool: NamedDependency[Pool],
        files: NamedDependency[Files],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> FileKept:
        """201 with its id, by which a report refers to it."""
        content = await asyncio.to_thread(check_content, data.content)
        return await attach_file(pool, files, by, NewFile(id_, content, data.reports, data.task), at)
