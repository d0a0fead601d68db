"""`python -m services.intake web|worker|migrate`."""

import sys

from services.chassis import command
from services.chassis.mail.settings import IssuerSettings
from services.intake.main import MIGRATIONS, create_intake_worker, create_web

if __name__ == "__main__":
    sys.exit(
        command.main(
            "intake",
            web=lambda lifetime: create_web(IssuerSettings(), lifetime),
            worker=lambda lifetime: create_intake_worker(IssuerSettings(), lifetime),
            migrations=MIGRATIONS,
        )
    )
