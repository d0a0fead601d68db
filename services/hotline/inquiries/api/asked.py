"""HTTP: what is asked for and answered about inquiries."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.appointments import Level
from contracts.hotline import Channel, InquiryStatus


class ReplyByEmail(BaseModel):
    """The answer comes by e-mail."""

    model_config = ConfigDict(extra="forbid")

    email: str


class ReplyByPhone(BaseModel):
    """Somebody calls back."""

    model_config = ConfigDict(extra="forbid")

    phone: str


class NewInquiry(BaseModel):
    """A question to the hotline; `reply_to`: null where the initiator looks at the link themselves."""

    municipality: str
    organization: UUID | None = None
    theme: str
    text: str
    channel: Literal["web"] = "web"
    reply_to: ReplyByEmail | ReplyByPhone | None = None
    name: str = ""


class InquiryAccepted(BaseModel):
    """It was asked: its number, the word of the initiator's page, and by when it is answered at first."""

    id: UUID
    number: int
    link: str
    promised_by: datetime


class LinkReply(BaseModel):
    """What an initiator adds, by their link."""

    link: str
    text: str


class ReplyAccepted(BaseModel):
    """Where the reply is; `is_new`: the old one was closed long ago, this is another."""

    id: UUID
    number: int
    status: InquiryStatus
    is_new: bool


class InquiryTaking(BaseModel):
    """`instead_of`: the account of the colleague who has it, to take it over."""

    instead_of: UUID | None = None


class InquiryTransfer(BaseModel):
    """To whom; without a group or an organization, the one that answers for the theme."""

    to: Level
    group: UUID | None = None
    organization: UUID | None = None
    note: str = ""


class InquiryAnswer(BaseModel):
    """What is written to the initiator; not `final`: they are asked back."""

    text: str
    final: bool = True


class InquiryReturn(BaseModel):
    """Why it is not theirs to answer."""

    reason: str


class InquiryMerge(BaseModel):
    """The other one, which stays."""

    into: UUID


class InquiryCorrection(BaseModel):
    """What it is about, and of which organization the initiator is."""

    theme: str
    organization: UUID | None = None


class InquiryNote(BaseModel):
    """A note for colleagues."""

    text: str


class InquiryItem(BaseModel):
    """An inquiry in a list. `due_at`: by when the next answer is due; `late`: one was not in time."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    municipality: str
    organization: UUID | None
    theme: str
    channel: Channel
    status: InquiryStatus
    level: Level
    group: UUID | None
    holder: UUID | None
    holder_name: str
    name: str
    subject: str
    opened_at: datetime
    due_at: datetime
    answered_at: datetime | None
    waiting_since: datetime | None
    late: bool
    escalations: int
    reopened: int
    version: int


class InquiryPage(BaseModel):
    """Inquiries, and the path of the next page."""

    items: list[InquiryItem]
    next: str | None
