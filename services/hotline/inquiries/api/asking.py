"""HTTP: asking the hotline, replying by the link, and the lists of those who answer."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from contracts.hotline import Channel
from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.paging import DEFAULT_LIMIT, LONGEST, cut
from services.directory.grants import Staff
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.region import Known
from services.hotline.inquiries.api.asked import (
    InquiryAccepted,
    InquiryItem,
    InquiryPage,
    LinkReply,
    NewInquiry,
    ReplyAccepted,
    ReplyByEmail,
    ReplyByPhone,
)
from services.hotline.inquiries.commands.ask_by_form import AnswerBy, Asking, ask_by_form
from services.hotline.inquiries.commands.open_by_link import look_by_link
from services.hotline.inquiries.commands.reply_to_inquiry import Reply, reply_to_inquiry
from services.hotline.inquiries.domain.viewers import Viewer
from services.hotline.inquiries.store import lists
from services.hotline.inquiries.store.lists import Wanted, WhoHolds

PATH = "/api/v1/inquiries"


class Inquiries(Controller):
    """Asking, and the lists of those who answer."""

    path = PATH
    tags = ("inquiries",)
    request_max_body_size = LONGEST_FORM

    @post(summary="Ask the hotline", operation_class=Repeatable)
    async def ask(
        self,
        data: JSONBody[NewInquiry],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        at_route: NamedDependency[Moment],
    ) -> InquiryAccepted:
        """The link opens the initiator's page without an account."""
        done = await ask_by_form(pool, known, _asking(data), at_route)
        return InquiryAccepted(id=done.id, number=done.number, link=done.link, promised_by=done.promised_by)

    @post("/replies", summary="Reply by the link", status_code=200, operation_class=Repeatable)
    async def reply(
        self,
        data: JSONBody[LinkReply],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        at_route: NamedDependency[Moment],
    ) -> ReplyAccepted:
        """It takes up again what was answered less than two weeks ago."""
        seen = await look_by_link(pool, known, data.link)
        given = Reply(seen.municipality, seen.id, data.text, Channel.WEB, seen.name)
        done = await reply_to_inquiry(pool, known, given, at_route)
        return ReplyAccepted(id=done.id, number=done.number, status=done.status, is_new=done.is_new)

    @get(summary="Inquiries within one's rights", security=SIGNED_IN)
    async def list_(
        self,
        *,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        in_state: Annotated[str, QueryParameter(name="state", max_length=20)] = "open",
        holder: Annotated[WhoHolds, QueryParameter()] = WhoHolds.ANYBODY,
        overdue: Annotated[bool, QueryParameter()] = False,
        q: Annotated[str, QueryParameter(max_length=200)] = "",
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> InquiryPage:
        """What is open, the next that is due first; what has ended, the newest first. Of what has ended
        `overdue` and `holder=nobody` choose nothing."""
        wanted = Wanted(in_state, holder, overdue=overdue, q=q, after=after, limit=limit + 1)
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, *places_of(by, Deed.SEE_CASES))
            found = await lists.queue(db, Viewer.of(by), wanted, at.now)
        told: dict[str, str | int] = {"state": in_state, "holder": holder, "q": q, "limit": limit}
        asked = told | {"overdue": "true" if overdue else ""}
        items, next_ = cut(self.path, asked, found, "id")
        return InquiryPage(items=[InquiryItem.model_validate(item) for item in items], next=next_)


def _asking(data: NewInquiry) -> Asking:
    asked = Asking(data.municipality, data.organization, data.theme, data.text, name=data.name)
    match data.reply_to:
        case ReplyByEmail(email=email):
            return replace(asked, answer_by=AnswerBy.EMAIL, email=email)
        case ReplyByPhone(phone=phone):
            return replace(asked, answer_by=AnswerBy.PHONE, phone=phone)
    return asked
