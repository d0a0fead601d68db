"""The staff's menu leads to what is somebody's to open, as each service's own rights say."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.appointments import Role, Scope
from services.directory.grants import Grant, Staff
from services.directory.sections import Section, sections_of
from services.hotline.core import authority as hotline
from services.intake.core import authority as intake

SCOPES = {Role.ADMINISTRATOR: Scope.REGION, Role.SMO_OPERATOR: Scope.SMO}


@pytest.mark.parametrize("role", Role)
def test_the_menu_says_what_the_rights_say(role: Role) -> None:
    scope = SCOPES.get(role, Scope.MUNICIPALITY)
    place = "13701000" if scope is Scope.MUNICIPALITY else None
    grant = Grant(UUID(int=1), role, scope, "13701000", datetime(2026, 1, 1, tzinfo=UTC), municipality=place)
    staff = Staff(UUID(int=2), UUID(int=3), (grant,))

    assert {section.value: section in sections_of(staff) for section in Section} == {
        "initiatives": bool(intake.places_of(staff, intake.Deed.SEE)),
        "hotline": bool(hotline.places_of(staff, hotline.Deed.SEE_CASES)),
        "federal": intake.overseen(staff, intake.Deed.IMPORT_FEDERAL) is not None,
    }


def test_who_is_not_signed_in_has_no_section() -> None:
    assert sections_of(None) == []
