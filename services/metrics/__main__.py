"""`python -m services.metrics web|worker|migrate|verify|rebuild`."""

import sys

from litestar import Litestar

from services.chassis import command
from services.chassis.process.lifetime import Lifetime
from services.metrics.main import MIGRATIONS, create_metrics_worker, create_web
from services.metrics.proof import console
from services.metrics.settings import MetricsSettings


def web(lifetime: Lifetime) -> Litestar:
    """The live view and the figures."""
    settings = MetricsSettings()
    return create_web(settings, lifetime, licence=settings.licence)


if __name__ == "__main__":
    sys.exit(
        command.main(
            "metrics",
            web=web,
            worker=lambda lifetime: create_metrics_worker(MetricsSettings(), lifetime),
            migrations=MIGRATIONS,
            extend=console.extend,
        )
    )
