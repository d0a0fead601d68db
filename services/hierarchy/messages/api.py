"""HTTP: messages between those directly above and below each other."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel

from services.chassis.db import tenancy
from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.chassis.web.paging import DEFAULT_LIMIT, LONGEST, cut
from services.directory.grants import Staff
from services.hierarchy.core.tenants import around
from services.hierarchy.messages.commands.read_messages import read_messages
from services.hierarchy.messages.commands.send_message import NewMessage, Sent, send_message
from services.hierarchy.messages.store import messages


class MessageGiven(BaseModel):
    """To whose account, and what."""

    to: UUID
    text: str


class ConversationItem(BaseModel):
    """With whom somebody has written: the last message, and how many are unread."""

    other: UUID
    name: str
    text: str
    sent_at: datetime
    mine: bool
    unread: int


class ConversationPage(BaseModel):
    """Conversations; `next` is a path or null."""

    items: list[ConversationItem]
    next: str | None


class MessageItem(BaseModel):
    """A message, and when the other has read it."""

    id: UUID
    mine: bool
    text: str
    sent_at: datetime
    read_at: datetime | None


class MessagePage(BaseModel):
    """Messages; `next` is a path or null."""

    items: list[MessageItem]
    next: str | None


class Messages(Controller):
    """Messages."""

    path = "/api/v1/messages"
    tags = ("messages",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @get(summary="With whom one has written")
    async def list_(
        self,
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> ConversationPage:
        """The latest first, with unread counts."""
        async with pool.acquire() as db, db.transaction():
            await tenancy.see(db, *around(by))
            found = await messages.conversations(db, by.account, after, limit + 1)
        items, next_ = cut(self.path, {"limit": limit}, found, "id")
        shown = [ConversationItem.model_validate(asdict(each) | {"text": each.body}) for each in items]
        return ConversationPage(items=shown, next=next_)

    @post(summary="Write to who stands directly above or below", operation_class=Repeatable)
    async def send(
        self,
        data: JSONBody[MessageGiven],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Sent:
        """201; 404 for everybody else."""
        return await send_message(pool, by, NewMessage(data.to, data.text), at)

    @get("/{id_:uuid}", summary="What one and another have written to each other")
    async def one(
        self,
        id_: FromPath[UUID],
        pool: NamedDependency[Pool],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
        after: Annotated[UUID | None, QueryParameter()] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LONGEST)] = DEFAULT_LIMIT,
    ) -> MessagePage:
        """The latest first; what the other has written (by the account's id) is read then."""
        opened = await read_messages(pool, by, id_, at, after, limit + 1)
        items, next_ = cut(f"{self.path}/{id_}", {"limit": limit}, opened.found, "id")
        shown = [
            MessageItem(
                id=each.id,
                mine=each.sender == by.account,
                text=each.body,
                sent_at=each.sent_at,
                read_at=each.read_at,
            )
            for each in items
        ]
        return MessagePage(items=shown, next=next_)
