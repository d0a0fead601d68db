"""Where the pages of places are."""

from uuid import UUID

from contracts.appointments import Scope

FOLDERS = {
    Scope.MUNICIPALITY: "/cabinet/municipalities",
    Scope.GROUP: "/cabinet/groups",
    Scope.ORGANIZATION: "/cabinet/organizations",
}

MEETINGS = "/cabinet/meetings"
ORDERS = "/cabinet/orders"
QUESTIONS = "/cabinet/questions"
MESSAGES = "/cabinet/messages"
REPORTS = "/cabinet/reports"
TARGETS = "/cabinet/targets"
CHECKPOINTS = "/cabinet/checkpoints"
"""Where an overseer finds those of all municipalities."""


def address_of(scope: Scope, of: str | UUID) -> str:
    """Where the page of a place is."""
    return f"{FOLDERS[scope]}/{of}" if scope in FOLDERS else "/cabinet/region"


def address_of_checkpoints(code: str) -> str:
    """Where the list of a municipality's checkpoints is."""
    return f"{address_of(Scope.MUNICIPALITY, code)}/checkpoints"
