"""Which modules run on one worker, which are left to the full form, and which begin first: the heaviest, that
none runs alone at the end."""

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

UNHARMED = "unharmed"
SHARING = frozenset(
    {
        "tests/browser/test_first_action.py",
        "tests/browser/test_live_view.py",
        "tests/browser/test_pages.py",
        "tests/browser/test_participant.py",
        "tests/browser/test_plan_and_fact.py",
        "tests/browser/test_slow_line.py",
        "tests/browser/test_staff.py",
        "tests/journeys/test_initiative.py",
        "tests/journeys/test_main_job.py",
        "tests/journeys/test_many_watch.py",
        "tests/journeys/test_one_base.py",
    }
)
"""Modules that use one installation, one after another: each leaves every process running, with the settings
that it found, and asserts by how much a figure grows."""

LEFT_TO_FULL = frozenset(
    {
        "tests/browser/test_first_action.py",
        "tests/browser/test_plan_and_fact.py",
        "tests/browser/test_slow_line.py",
        "tests/journeys/test_faults.py",
        "tests/journeys/test_many_watch.py",
        "tests/journeys/test_staff.py",
        "tests/local/test_up.py",
        "tests/openid/test_signing_in.py",
    }
)
"""Modules of the full form alone: whole installations or a Keycloak for what the chaos run, the shared
installation and the rooms' own tests touch as well."""

WEIGHTS = {
    UNHARMED: 200,
    "tests/journeys/test_faults.py": 105,
    "tests/chaos/test_chaos.py": 95,
    "tests/security/test_page_walls.py": 90,
    "tests/demonstration/test_replay.py": 70,
    "tests/openid/test_signing_in.py": 70,
    "tests/security/test_walls.py": 65,
    "tests/local/test_up.py": 60,
    "tests/security/test_work_walls.py": 40,
    "tests/metrics/test_in_browser.py": 60,
    "tests/intake/test_in_browser.py": 50,
    "tests/metrics/test_plan_in_browser.py": 50,
    "tests/hierarchy/targets/test_targets.py": 45,
    "tests/journeys/test_staff.py": 45,
    "tests/journeys/test_seven_weeks.py": 45,
    "tests/protocol/test_model.py": 45,
    "tests/metrics/test_freezing.py": 40,
    "tests/metrics/test_midnight.py": 40,
    "tests/chassis/test_watermarks_log.py": 20,
    "tests/chassis/test_tail_beside.py": 15,
    "tests/hierarchy/cabinet/test_in_browser.py": 35,
    "tests/hierarchy/cabinet/test_today_in_browser.py": 30,
    "tests/deploy/test_start.py": 30,
    "tests/hierarchy/targets/test_lists.py": 30,
    "tests/hierarchy/imports/test_imports.py": 30,
    "tests/hierarchy/imports/test_import_pages.py": 25,
    "tests/hierarchy/meetings/test_meeting_pages.py": 25,
    "tests/metrics/test_comparison.py": 25,
    "tests/intake/test_api.py": 25,
    "tests/hierarchy/checkpoints/test_pages.py": 25,
    "tests/metrics/test_stating.py": 25,
    "tests/metrics/test_region_plan.py": 25,
    "tests/security/test_openapi.py": 35,
    "tests/chassis/test_survival.py": 20,
    "tests/hierarchy/cabinet/test_today.py": 20,
    "tests/hierarchy/cabinet/test_evening.py": 20,
    "tests/hierarchy/reports/test_reports.py": 35,
    "tests/hierarchy/questions/test_questions.py": 35,
    "tests/hierarchy/orders/test_orders.py": 30,
    "tests/intake/attachments/test_attachments.py": 25,
    "tests/intake/test_pages.py": 20,
    "tests/hierarchy/accounts/test_sign_in.py": 20,
    "tests/metrics/test_own_figures.py": 20,
    "tests/metrics/test_forecast.py": 20,
    "tests/metrics/test_work_in_browser.py": 15,
    "tests/security/test_links.py": 20,
    "tests/intake/staff_meetings/test_in_browser.py": 25,
    "tests/intake/staff_meetings/test_meetings.py": 15,
    "tests/hotline/mailbox/test_taking_in.py": 60,
    "tests/hotline/mailbox/test_imap.py": 25,
    "tests/hotline/mailbox/test_reading.py": 15,
}
"""About as many seconds as they take on two quiet cores; any other takes less."""


def module_of(nodeid: str) -> str:
    """The file in which a test stands."""
    return nodeid.partition("::")[0]


def scope_of(nodeid: str) -> str:
    """What runs on one worker: a module, or those that share an installation."""
    module = module_of(nodeid)
    return UNHARMED if module in SHARING else module


class HeaviestFirst(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a worker that is free the heaviest scope that is left."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        heaviest = max(self.workqueue, key=lambda scope: WEIGHTS.get(scope, 0))
        self.workqueue.move_to_end(heaviest, last=False)
        super()._assign_work_unit(node)
