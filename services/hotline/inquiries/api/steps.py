"""HTTP: what the staff does with an inquiry."""

from functools import partial
from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.web.forms import LONGEST_FORM
from services.chassis.web.openapi import SIGNED_IN, Repeatable
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.api.asked import (
    InquiryAnswer,
    InquiryCorrection,
    InquiryMerge,
    InquiryNote,
    InquiryReturn,
    InquiryTaking,
    InquiryTransfer,
)
from services.hotline.inquiries.commands.answer_inquiry import Answer, answer_inquiry
from services.hotline.inquiries.commands.close_inquiry import Closing, close_inquiry
from services.hotline.inquiries.commands.correct_inquiry import Correction, correct_inquiry
from services.hotline.inquiries.commands.mark_spam import Spam, mark_spam
from services.hotline.inquiries.commands.merge_inquiries import Merge, merge_inquiries
from services.hotline.inquiries.commands.note_inquiry import Note, note_inquiry
from services.hotline.inquiries.commands.restore_inquiry import Restoring, restore_inquiry
from services.hotline.inquiries.commands.return_inquiry import Return, return_inquiry
from services.hotline.inquiries.commands.revoke_link import Revocation, revoke_link
from services.hotline.inquiries.commands.stepping import Stepped
from services.hotline.inquiries.commands.take_inquiry import TakeInquiry, take_inquiry
from services.hotline.inquiries.commands.transfer_inquiry import Transfer, transfer_inquiry

PATH = "/api/v1/inquiries"

step = partial(post, status_code=200, operation_class=Repeatable)
"""A step answers where the inquiry is then."""


class InquirySteps(Controller):
    """Steps of an inquiry."""

    path = PATH
    tags = ("inquiries",)
    security = SIGNED_IN
    request_max_body_size = LONGEST_FORM

    @step("/{inquiry_id:uuid}/take", summary="Take or accept")
    async def take(
        self,
        inquiry_id: FromPath[UUID],
        data: JSONBody[InquiryTaking | None],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """Of two at once one gets it, and the other is told who."""
        given = TakeInquiry(inquiry_id, data.instead_of if data else None)
        return await take_inquiry(pool, known, by, given, at)

    @step("/{inquiry_id:uuid}/transfer", summary="Offer to others")
    async def transfer(
        self,
        inquiry_id: FromPath[UUID],
        data: JSONBody[InquiryTransfer],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """`instead` says why it went to the coordination group."""
        given = Transfer(inquiry_id, data.to, data.group, data.organization, data.note)
        return await transfer_inquiry(pool, known, by, given, at)

    @step(
        "/{inquiry_id:uuid}/return",
        summary="Return with a reason",
    )
    async def give_back(
        self,
        inquiry_id: FromPath[UUID],
        data: JSONBody[InquiryReturn],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """Back to those who offered it."""
        return await return_inquiry(pool, known, by, Return(inquiry_id, data.reason), at)

    @step(
        "/{inquiry_id:uuid}/answer",
        summary="Answer, or ask back",
    )
    async def answer(
        self,
        inquiry_id: FromPath[UUID],
        data: JSONBody[InquiryAnswer],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """By letter, if the initiator left an address, and on their page."""
        given = Answer(inquiry_id, data.text, data.final)
        return await answer_inquiry(pool, known, by, given, at)

    @step(
        "/{inquiry_id:uuid}/close",
        summary="Close after the answer",
    )
    async def close(
        self,
        inquiry_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """A reply within two weeks takes it up again."""
        return await close_inquiry(pool, known, by, Closing(inquiry_id), at)

    @step("/{inquiry_id:uuid}/merge", summary="Merge into another")
    async def merge(
        self,
        inquiry_id: FromPath[UUID],
        data: JSONBody[InquiryMerge],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """Its initiator gets the other one's answer."""
        return await merge_inquiries(pool, known, by, Merge(inquiry_id, data.into), at)

    @step("/{inquiry_id:uuid}/spam", summary="Call it spam")
    async def spam(
        self,
        inquiry_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """A supervisor undoes it."""
        return await mark_spam(pool, known, by, Spam(inquiry_id), at)

    @step(
        "/{inquiry_id:uuid}/restoration",
        summary="Undo a merge, or that it is spam",
    )
    async def restore(
        self,
        inquiry_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """By what was promised when it was asked."""
        return await restore_inquiry(pool, known, by, Restoring(inquiry_id), at)

    @step("/{inquiry_id:uuid}/correction", summary="Correct it")
    async def correct(
        self,
        inquiry_id: FromPath[UUID],
        data: JSONBody[InquiryCorrection],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """The theme, the organization."""
        given = Correction(inquiry_id, data.theme, data.organization)
        return await correct_inquiry(pool, known, by, given, at)

    @step("/{inquiry_id:uuid}/notes", summary="Note for colleagues")
    async def note(
        self,
        inquiry_id: FromPath[UUID],
        data: JSONBody[InquiryNote],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """The initiator does not read it."""
        return await note_inquiry(pool, known, by, Note(inquiry_id, data.text), at)

    @step(
        "/{inquiry_id:uuid}/link-revocation",
        summary="Revoke the initiator's link",
    )
    async def revoke(
        self,
        inquiry_id: FromPath[UUID],
        pool: NamedDependency[Pool],
        known: NamedDependency[Known],
        by: NamedDependency[Staff],
        at: NamedDependency[Moment],
    ) -> Stepped:
        """They get another one by letter."""
        return await revoke_link(pool, known, by, Revocation(inquiry_id), at)
