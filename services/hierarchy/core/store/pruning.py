"""What of hierarchy's rows is worth nothing after a while."""

from datetime import timedelta

from services.chassis.db import queries
from services.chassis.db.pruning import COMMON, Rule
from services.chassis.mail import letters
from services.directory import staff
from services.hierarchy.accounts.domain.accounts import FORGOTTEN_AFTER
from services.hierarchy.imports.store.imports import KEPT

sql = queries.load(__package__, "pruning.sql")

RULES = (
    *COMMON,
    *letters.PRUNED,
    *staff.PRUNED,
    Rule("link", sql.old_links, timedelta(days=90)),
    Rule("staff_session", sql.ended_sessions, timedelta(days=90)),
    Rule("wrong_password", sql.wrong_passwords, FORGOTTEN_AFTER),
    Rule("import_file", sql.unused_files, KEPT),
)
