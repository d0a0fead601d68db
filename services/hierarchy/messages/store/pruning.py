"""Which messages are not kept: those of a campaign that closed long ago, or of none."""

from services.chassis.db.pruning import Rule
from services.hierarchy.core.domain.retention import KEPT
from services.hierarchy.messages.store import messages

RULES = (Rule("message", messages.sql.prune, KEPT),)
