"""What a module sets up, counted, and how much of it is its share.

Seconds differ with the machine; what is set up does not, and that is where they go.
"""

import functools
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from argon2 import PasswordHasher
from litestar.testing.life_span_handler import LifeSpanHandler
from playwright.async_api import BrowserType

from tests import databases

FULL_COST = 65_536
"""KiB that a hash of the product takes."""


class Share(NamedTuple):
    """How much a module may set up: databases cloned, applications started, browsers launched, passwords
    hashed or compared at the product's cost, processes started: as many as it takes to import a region."""

    databases: int = 4
    applications: int = 3
    browsers: int = 0
    hashes: int = 0
    processes: int = 4


WHOLE = Share(applications=0, browsers=1, processes=60)
"""Of a module that uses an installation: Kafka, eight processes, commands, processes started anew."""

SHARES = {
    # Each of the four services.
    "tests/security/test_walls.py": Share(applications=4),
    "tests/security/test_work_walls.py": Share(applications=4, processes=8),
    # Where what an application keeps in memory is the matter, each test has one of its own.
    "tests/intake/test_api.py": Share(applications=54),
    "tests/intake/test_pages.py": Share(applications=52),
    # Each file is judged by a process of its own.
    "tests/intake/attachments/test_attachments.py": Share(processes=60),
    "tests/chassis/test_arrivals.py": Share(applications=9),
    "tests/metrics/test_comparison.py": Share(applications=45),
    "tests/metrics/test_coverage.py": Share(applications=40),
    "tests/metrics/test_plan_in_browser.py": Share(applications=15, browsers=15, processes=30),
    "tests/metrics/test_region_plan.py": Share(applications=55),
    "tests/metrics/test_rights.py": Share(applications=30),
    "tests/metrics/test_funnel.py": Share(applications=20),
    "tests/metrics/test_funnel_in_browser.py": Share(applications=4, browsers=4, processes=8),
    "tests/metrics/test_plan_in_api.py": Share(applications=25),
    "tests/metrics/test_own_figures.py": Share(applications=25),
    "tests/metrics/test_initiators.py": Share(applications=10),
    "tests/metrics/test_waiting_page.py": Share(applications=20),
    "tests/metrics/test_live_view.py": Share(applications=30),
    "tests/metrics/test_reported.py": Share(applications=9),
    "tests/metrics/test_in_browser.py": Share(applications=15, browsers=15, processes=30),
    # A broker, and what an operator runs.
    "tests/metrics/test_midnight.py": Share(processes=6),
    "tests/metrics/test_hotline_in_browser.py": Share(applications=4, browsers=4, processes=8),
    "tests/metrics/test_hotline_page.py": Share(applications=45, processes=10),
    "tests/metrics/test_work_in_browser.py": Share(applications=1, browsers=1, processes=4),
    "tests/metrics/test_work_page.py": Share(applications=10, processes=10),
    "tests/metrics/test_summary.py": Share(applications=6, processes=10),
    "tests/metrics/test_exports.py": Share(applications=12),
    "tests/hierarchy/cabinet/test_web.py": Share(applications=10, processes=9),
    # A browser lives in one event loop, and each of these tests has its own.
    "tests/hierarchy/cabinet/test_in_browser.py": Share(browsers=6, processes=12),
    "tests/hierarchy/cabinet/test_today_in_browser.py": Share(browsers=1, processes=6),
    "tests/intake/test_in_browser.py": Share(applications=9, browsers=9, processes=18),
    "tests/hotline/inquiries/test_in_browser.py": Share(applications=7, browsers=6, processes=12),
    "tests/intake/staff_meetings/test_in_browser.py": Share(applications=4, browsers=3, processes=6),
    "tests/intake/determination/test_in_browser.py": Share(applications=7, browsers=6, processes=12),
    "tests/intake/published/test_in_browser.py": Share(applications=2, browsers=1, processes=2),
    "tests/intake/test_flood_in_browser.py": Share(applications=2, browsers=1, processes=2),
    "tests/hotline/consultations/test_in_browser.py": Share(applications=4, browsers=3, processes=6),
    "tests/hotline/desk/test_in_browser.py": Share(applications=10, browsers=9, processes=18),
    "tests/hotline/desk/test_live.py": Share(applications=4),
    "tests/hotline/answers/test_in_browser.py": Share(applications=4, browsers=3, processes=6),
    # Files of strangers are read in a process each.
    "tests/intake/federal/test_killed_import.py": Share(processes=5),
    "tests/intake/federal/test_in_browser.py": Share(applications=4, browsers=2, processes=8),
    "tests/hierarchy/imports/test_imports.py": Share(processes=53),
    "tests/hierarchy/imports/test_import_pages.py": Share(processes=31),
    "tests/hierarchy/imports/test_fuzzed_files.py": Share(processes=40),
    "tests/hierarchy/imports/test_oversized_files.py": Share(processes=5),
    "tests/hierarchy/appointments/test_staff.py": Share(processes=7),
    # Each print is typeset in a process of its own.
    "tests/hierarchy/checkpoints/test_pages.py": Share(processes=20),
    "tests/hierarchy/cabinet/test_result.py": Share(processes=5),
    # Letters of strangers are read in a process, a batch in each.
    "tests/hotline/mailbox/test_reading.py": Share(processes=12),
    "tests/hotline/mailbox/test_expiring.py": Share(processes=30),
    "tests/hotline/mailbox/test_files.py": Share(processes=10),
    "tests/hotline/mailbox/test_taking_in.py": Share(processes=200),
    "tests/hotline/mailbox/test_imap.py": Share(processes=200),
    "tests/hotline/mailbox/test_tls.py": Share(processes=30),
    "tests/hotline/mailbox/test_flood.py": Share(processes=80),
    "tests/chassis/test_bounded.py": Share(processes=13),
    "tests/hierarchy/test_cli.py": Share(processes=6),
    "tests/hierarchy/territory/test_campaigns.py": Share(processes=6),
    "tests/hierarchy/territory/test_calendars.py": Share(processes=6),
    "tests/hierarchy/territory/test_structure.py": Share(applications=12),
    "tests/hierarchy/accounts/test_sign_in.py": Share(applications=3, hashes=3),
    "tests/hierarchy/appointments/test_acts.py": Share(processes=10),
    # An act is printed in a process of its own, and so are minutes.
    "tests/hierarchy/meetings/test_meeting_pages.py": Share(processes=8),
    "tests/hierarchy/orders/test_order_pages.py": Share(processes=8),
    "tests/hierarchy/reports/test_report_pages.py": Share(processes=8),
    "tests/hierarchy/appointments/test_letterheads.py": Share(processes=9),
    "tests/hierarchy/appointments/test_contacts.py": Share(processes=5),
    "tests/hierarchy/appointments/test_scans.py": Share(processes=6),
    # A server, and where nobody has fetched its jars yet, Maven.
    "tests/chassis/test_files.py": Share(processes=2),
    "tests/contracts/test_events.py": Share(processes=1),
    "tests/deploy/test_compose.py": Share(processes=2),
    "tests/deploy/test_gateway.py": Share(processes=4),
    "tests/deploy/test_start.py": Share(processes=60),
    "tests/local/test_up.py": Share(processes=60),
    "tests/security/test_page_walls.py": Share(processes=200),
    "tests/security/test_openapi.py": Share(processes=12),
    "tests/browser/test_first_action.py": WHOLE,
    "tests/browser/test_live_view.py": WHOLE,
    "tests/browser/test_pages.py": WHOLE,
    "tests/browser/test_participant.py": WHOLE,
    "tests/browser/test_plan_and_fact.py": WHOLE,
    "tests/browser/test_slow_line.py": WHOLE,
    "tests/browser/test_staff.py": WHOLE,
    "tests/demonstration/test_replay.py": WHOLE,
    "tests/journeys/test_hotline.py": WHOLE._replace(browsers=0, processes=80),
    "tests/journeys/test_initiative.py": WHOLE._replace(browsers=0),
    "tests/journeys/test_main_job.py": WHOLE,
    "tests/journeys/test_many_watch.py": WHOLE,
    "tests/journeys/test_one_base.py": WHOLE,
    "tests/journeys/test_staff.py": WHOLE,
    "tests/journeys/test_faults.py": WHOLE._replace(processes=2000),
    "tests/chaos/test_chaos.py": WHOLE._replace(processes=2000),
    "tests/openid/test_signing_in.py": Share(applications=14, browsers=2, processes=20),
}
"""Of modules that may have more than others, or something else."""

counted: Counter[str] = Counter()


def watch() -> None:
    """Count from now on, whoever sets something up."""
    sys.addaudithook(_started)
    _count(databases, "clone", lambda *_: "databases")
    _count(LifeSpanHandler, "__init__", lambda *_: "applications")
    _count(BrowserType, "launch", lambda *_: "browsers")
    for name in ("hash", "verify"):
        _count(PasswordHasher, name, lambda hasher, *_: "hashes" if hasher.memory_cost >= FULL_COST else "")


def since(before: Counter[str]) -> Share:
    """What was set up after that."""
    return Share(*(counted[kind] - before[kind] for kind in Share._fields))


def excess(module: str, used: Share) -> list[str]:
    """What a module has set up beyond its share."""
    share = SHARES.get(module, Share())
    return [
        f"{module} sets up {much} {kind}, its share is {most}"
        for kind, much, most in zip(Share._fields, used, share, strict=True)
        if much > most
    ]


def _count(owner: Any, name: str, kind: Callable[..., str]) -> None:
    """Count each call of a function under what it sets up."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def counting(*args: Any, **named: Any) -> Any:
        counted[kind(*args)] += 1
        return original(*args, **named)

    setattr(owner, name, counting)


def _started(event: str, _: tuple[object, ...]) -> None:
    if event == "subprocess.Popen":
        counted["processes"] += 1
