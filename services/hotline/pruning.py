"""Which of the hotline's rows expire, and after how long."""

from services.chassis.db.pruning import COMMON
from services.chassis.mail import letters
from services.directory import staff
from services.hotline.core.store import colleagues

RULES = (*COMMON, *letters.PRUNED, *staff.PRUNED, *colleagues.PRUNED)
