"""`python -m services.metrics web|worker|migrate|verify|rebuild`."""

import sys

from services.chassis import command
from services.chassis.process.settings import Settings
from services.metrics.main import MIGRATIONS, create_metrics_worker, create_web
from services.metrics.proof import console
from services.metrics.settings import MetricsSettings

if __name__ == "__main__":
    sys.exit(
        command.main(
            "metrics",
            web=lambda lifetime: create_web(Settings(), lifetime),
            worker=lambda lifetime: create_metrics_worker(MetricsSettings(), lifetime),
            migrations=MIGRATIONS,
            extend=console.extend,
        )
    )
