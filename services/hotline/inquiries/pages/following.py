"""Pages: an inquiry as its initiator follows it, by the link of the letter."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.appointments import Level
from contracts.hotline import Channel, InquiryStatus
from services.chassis.web.forms import LONGEST_FORM, from_here
from services.chassis.web.visits import Answer, Visit
from services.directory.grants import Staff
from services.hotline.core.region import Known
from services.hotline.inquiries.commands.open_by_link import Seen, look_by_link
from services.hotline.inquiries.commands.reply_to_inquiry import Reply, reply_to_inquiry
from services.hotline.inquiries.commands.say_helped import Helped, say_helped
from services.hotline.inquiries.domain import steps
from services.hotline.inquiries.showing import LEVELS, state_of
from services.hotline.inquiries.store import inquiries
from services.hotline.inquiries.store.inquiries import Entry

KINDS = {
    "asked": "Вы спросили",
    "replied": "Вы написали",
    "answered": "Ответ",
    "asked-back": "Вас спросили",
    "taken": "Взято в работу",
    "transferred": "Передано",
    "accepted": "Принято в работу",
    "returned": "Возвращено",
    "escalated": "Срок прошёл, обращение передано выше",
    "closed": "Закрыто",
    "reopened": "Снова в работе",
    "merged": "Объединено с похожим обращением",
    "corrected": "Уточнены тема или организация",
    "restored": "Снова в работе",
}
"""What the initiator reads of the history; other kinds are not for them."""


class FollowingPages(Controller):
    """The initiator's page."""

    path = "/hotline/inquiries/{link:str}"
    include_in_schema = False
    guards = [from_here]
    request_max_body_size = LONGEST_FORM

    @get()
    async def show(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], link: FromPath[str]
    ) -> Answer:
        """Its state, who holds it, what was said, by when it is answered."""
        return await _page(visit, known, link)

    @post("/replies")
    async def reply(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], link: FromPath[str]
    ) -> Answer:
        """It goes on; long after it was closed, on to the page of the new one."""
        form = await visit.sent()
        seen = await look_by_link(visit.pool, known, link)
        async with visit.refusing():
            given = Reply(seen.municipality, seen.id, form.of("text"), Channel.WEB, seen.name)
            done = await reply_to_inquiry(visit.pool, known, given, await visit.moment(by_address=True))
            to = done.link or link
            return visit.go(f"/hotline/inquiries/{to}", done="asked" if done.is_new else "replied")
        return await _page(visit, known, link)

    @post("/helped")
    async def helped(
        self, visit: NamedDependency[Visit[Staff]], known: NamedDependency[Known], link: FromPath[str]
    ) -> Answer:
        """Yes closes it, no takes it up again."""
        form = await visit.sent()
        seen = await look_by_link(visit.pool, known, link)
        async with visit.refusing():
            yes = form.of("helped") == "yes"
            given = Helped(seen.municipality, seen.id, helped=yes)
            await say_helped(visit.pool, known, given, await visit.moment(by_address=True))
            return visit.go(f"/hotline/inquiries/{link}", done="helped" if yes else "reopened")
        return await _page(visit, known, link)


async def _page(visit: Visit[Staff], known: Known, link: str) -> Answer:
    seen = await look_by_link(visit.pool, known, link)
    return await visit.page(
        "inquiries/one.html",
        inquiry=seen.inquiry,
        subject=seen.asked.subject,
        state=state_of(seen.as_of),
        holder=LEVELS[seen.as_of.holder.level],
        holder_name=seen.as_of.holder.name,
        place=known.picture.name_of(seen.municipality),
        zone=seen.inquiry.promise.zone,
        history=_history(seen),
        due_at=seen.as_of.due_at if seen.as_of.is_open else None,
        waiting=seen.as_of.told_status is InquiryStatus.WAITING,
        late=seen.as_of.is_open and seen.as_of.due_at <= visit.now,
        asks_helped=seen.inquiry.status is InquiryStatus.ANSWERED,
        reopens=seen.inquiry.status not in steps.ANSWERED or steps.may_reopen(seen.inquiry, visit.now),
        answered_by={"email": seen.asked.initiator.email, "phone": seen.asked.initiator.phone},
        done=visit.query.get("done", ""),
        link=link,
        url=f"{known.entrance.public_url}/hotline/inquiries/{link}",
    )


def _history(seen: Seen) -> list[dict[str, object]]:
    return [
        {
            "name": KINDS[entry.kind],
            "at": entry.at,
            "who": _who(entry),
            "text": entry.text if entry.kind in inquiries.SAID else "",
        }
        for entry in seen.history
        if entry.kind in KINDS
    ]


def _who(entry: Entry) -> str:
    """To whom it was given, or else who did it; the initiator needs no name."""
    if entry.kind in ("transferred", "escalated"):
        return LEVELS[Level(entry.level)]
    return entry.by_name if entry.by_account else ""
