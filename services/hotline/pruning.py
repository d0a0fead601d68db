"""Which of the hotline's rows expire, and after how long."""

from services.chassis.db.pruning import COMMON
from services.chassis.mail import letters
from services.directory import staff

RULES = (*COMMON, *letters.PRUNED, *staff.PRUNED)
