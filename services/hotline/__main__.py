"""`python -m services.hotline web|worker|migrate`."""

import sys

from services.chassis import command
from services.hotline.main import MIGRATIONS, create_hotline_worker, create_web
from services.hotline.settings import HotlineSettings

if __name__ == "__main__":
    sys.exit(
        command.main(
            "hotline",
            web=lambda lifetime: create_web(HotlineSettings(), lifetime),
            worker=lambda lifetime: create_hotline_worker(HotlineSettings(), lifetime),
            migrations=MIGRATIONS,
        )
    )
