"""What messages contribute to «Сегодня»."""

from services.chassis.db import tenancy
from services.chassis.db.pool import Db
from services.hierarchy.core.addresses import MESSAGES
from services.hierarchy.core.domain.waiting import Line, Looked, Step
from services.hierarchy.core.tenants import around
from services.hierarchy.messages.store import messages

NOUN = ("непрочитанное сообщение", "непрочитанных сообщения", "непрочитанных сообщений")


async def lines(db: Db, looked: Looked) -> list[Line]:
    """What is not read yet."""
    await tenancy.see(db, *around(looked.staff))
    unread = await messages.unread(db, looked.staff.account)
    step = Step("Прочитать", f"{MESSAGES}/{unread.first}")
    return [Line("message", "", MESSAGES, unread.count, NOUN, step, own=True)] if unread.count else []
