"""Which links, sessions and wrong passwords are worth nothing after a while."""

from datetime import timedelta

from services.chassis.db import queries
from services.chassis.db.pruning import Rule
from services.hierarchy.accounts.domain.accounts import FORGOTTEN_AFTER

sql = queries.load(__package__, "pruning.sql")

RULES = (
    Rule("link", sql.old_links, timedelta(days=90)),
    Rule("staff_session", sql.ended_sessions, timedelta(days=90)),
    Rule("wrong_password", sql.wrong_passwords, FORGOTTEN_AFTER),
)
