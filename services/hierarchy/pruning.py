"""Which of hierarchy's rows are deleted how long afterwards: the common ones, and those of its rooms."""

from services.chassis.db.pruning import COMMON
from services.chassis.mail import letters
from services.directory import staff
from services.hierarchy.accounts.store import pruning as accounts
from services.hierarchy.imports.store import pruning as imports
from services.hierarchy.meetings.store import pruning as meetings
from services.hierarchy.messages.store import pruning as messages
from services.hierarchy.orders.store import pruning as orders
from services.hierarchy.questions.store import pruning as questions
from services.hierarchy.reports.store import pruning as reports

RULES = (
    *COMMON,
    *letters.PRUNED,
    *staff.PRUNED,
    *accounts.RULES,
    *imports.RULES,
    *meetings.RULES,
    *orders.RULES,
    *questions.RULES,
    *messages.RULES,
    *reports.RULES,
)
