"""Whose words are not kept: summaries, long after their campaign; what is counted in them stays."""

from datetime import timedelta

from services.chassis.db import queries
from services.chassis.db.pruning import Rule
from services.hierarchy.core.domain.retention import KEPT

sql = queries.load(__package__, "pruning.sql")

RULES = (Rule("report", sql.erase, KEPT), Rule("report_sent", sql.erase_sent, timedelta()))
"""What was sent goes as soon as its summary is erased."""
