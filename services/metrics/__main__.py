"""`python -m services.metrics web|worker|migrate|verify|rebuild`."""

import sys

from services.chassis import command
from services.chassis.settings import Settings
from services.metrics import console
from services.metrics.main import MIGRATIONS, create_metrics_worker, create_web

if __name__ == "__main__":
    sys.exit(
        command.main(
            "metrics",
            web=lambda lifetime: create_web(Settings(), lifetime),
            worker=lambda lifetime: create_metrics_worker(Settings(), lifetime),
            migrations=MIGRATIONS,
            extend=console.extend,
        )
    )
