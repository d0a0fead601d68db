"""What is not kept of people who have no account."""

from datetime import timedelta

from services.chassis.db.pruning import Rule
from services.hierarchy.meetings.store import invitations

RULES = (Rule("substitute_address", invitations.sql.prune_substitutes, timedelta(days=30)),)
"""How who came instead was reached; their name stays with what was recorded."""
