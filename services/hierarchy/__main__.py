"""`python -m services.hierarchy web|worker|migrate|import-…|open-campaign|calendar-by-law|invite-…`."""

import sys

from services.chassis import command
from services.hierarchy.cli import extend
from services.hierarchy.main import MIGRATIONS, create_hierarchy_worker, create_web
from services.hierarchy.settings import OfficeSettings

if __name__ == "__main__":
    sys.exit(
        command.main(
            "hierarchy",
            web=lambda lifetime: create_web(OfficeSettings(), lifetime),
            worker=lambda lifetime: create_hierarchy_worker(OfficeSettings(), lifetime),
            migrations=MIGRATIONS,
            extend=extend,
        )
    )
