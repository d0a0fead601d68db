"""`python -m services.hierarchy web|worker|migrate|import-…|open-campaign`."""

import sys

from services.chassis import command
from services.chassis.settings import Settings
from services.hierarchy.cli import extend
from services.hierarchy.main import MIGRATIONS, create_hierarchy_worker, create_web

if __name__ == "__main__":
    sys.exit(
        command.main(
            "hierarchy",
            web=lambda _: create_web(Settings()),
            worker=lambda lifetime: create_hierarchy_worker(Settings(), lifetime),
            migrations=MIGRATIONS,
            extend=extend,
        )
    )
