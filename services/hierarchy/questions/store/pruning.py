"""Whose words are not kept: questions and their answers, long after their campaign."""

from services.chassis.db import queries
from services.chassis.db.pruning import Rule
from services.hierarchy.core.domain.retention import KEPT

sql = queries.load(__package__, "pruning.sql")

RULES = (Rule("question", sql.erase, KEPT),)
