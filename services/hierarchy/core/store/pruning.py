"""What of hierarchy's rows is worth nothing after a while."""

from services.chassis.db import queries
from services.chassis.db.pruning import COMMON, Rule
from services.chassis.mail import letters
from services.directory import staff
from services.hierarchy.imports.store.imports import KEPT

sql = queries.load(__package__, "pruning.sql")

RULES = (
    *COMMON,
    *letters.PRUNED,
    *staff.PRUNED,
    Rule("import_file", sql.unused_files, KEPT),
)
