"""What fails for a reason of its own: said once, left alone for a while, and in nobody else's way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Gauge

from services.chassis.db.away import UNDONE, UNREACHABLE

log = structlog.get_logger()

FAILING = Gauge("checkpoints_failing", "Duties, days and requests about checkpoints that fail by themselves")

AGAIN = timedelta(minutes=1)
"""After which something that failed is tried again."""


class Troubles:
    """What failed, and until when it is left alone. A database that is away is no trouble of this kind."""

    def __init__(self) -> None:
        self._until: dict[tuple[Any, ...], datetime] = {}

    def rests(self, now: datetime, *what: Any) -> bool:
        """Whether something failed a moment ago."""
        return self._until.get(what, now) > now

    @contextmanager
    def around(self, now: datetime, *what: Any) -> Iterator[None]:
        """Keep a failure of this from everything else. Raises what says that the database is away."""
        try:
            yield
        except UNREACHABLE:
            raise
        except UNDONE as error:
            log.warning("checkpoints_undone", what=" ".join(map(str, what)), error=type(error).__name__)
        except Exception:
            if what not in self._until:
                log.exception("checkpoints_failed", what=" ".join(map(str, what)))
                FAILING.inc()
            self._until[what] = now + AGAIN
        else:
            if self._until.pop(what, None):
                log.info("checkpoints_well_again", what=" ".join(map(str, what)))
                FAILING.dec()
