"""Which of the hotline's rows expire, and after how long."""

from services.chassis.db.pruning import COMMON
from services.chassis.mail import letters
from services.directory import staff
from services.hotline.calls.store import calls
from services.hotline.core.store import colleagues
from services.hotline.desk.store import drafts
from services.hotline.mailbox.store import letters as taken

RULES = (
    *COMMON,
    *letters.PRUNED,
    *staff.PRUNED,
    *colleagues.PRUNED,
    *calls.PRUNED,
    *drafts.PRUNED,
    *taken.PRUNED,
)
