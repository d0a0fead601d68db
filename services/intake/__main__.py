"""`python -m services.intake web|worker|migrate|…`."""

import sys

from services.chassis import command
from services.intake.cli import extend
from services.intake.main import MIGRATIONS, create_intake_worker, create_web
from services.intake.settings import IntakeSettings

if __name__ == "__main__":
    sys.exit(
        command.main(
            "intake",
            web=lambda lifetime: create_web(IntakeSettings(), lifetime),
            worker=lambda lifetime: create_intake_worker(IntakeSettings(), lifetime),
            migrations=MIGRATIONS,
            extend=extend,
        )
    )
