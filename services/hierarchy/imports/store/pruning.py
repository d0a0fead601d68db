"""Uploaded files that were never applied."""

from services.chassis.db.pruning import Rule
from services.hierarchy.imports.domain.files import KEPT
from services.hierarchy.imports.store import imports

RULES = (Rule("import_file", imports.sql.unused, KEPT),)
