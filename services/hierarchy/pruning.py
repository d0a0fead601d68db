"""Which of hierarchy's rows are deleted how long afterwards: the common ones, and those of its rooms."""

from services.chassis.db.pruning import COMMON, LETTERS
from services.hierarchy.accounts.store import pruning as accounts
from services.hierarchy.imports.store import pruning as imports

RULES = (*COMMON, *LETTERS, *accounts.RULES, *imports.RULES)
