"""Who may do what where: the whole table, deed by deed, role by role, relation by relation."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from uuid import UUID

import pytest

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.directory.grants import Grant, Staff
from services.hierarchy.core.authority import RIGHTS, Acting, Deed, authority, may
from services.hierarchy.core.domain.places import THE_REGION, Place
from services.hierarchy.groups.domain.serving import ending

ME, HEAD = UUID(int=1), UUID(int=2)
DISTRICT, SETTLEMENT, ELSEWHERE = "13605000", "13605101", "13610000"
GROUP, OTHER_GROUP, SCHOOL, OTHER_SCHOOL = (UUID(int=n) for n in range(10, 14))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

MUNICIPALITY = Place(Scope.MUNICIPALITY, SETTLEMENT, SETTLEMENT, head=HEAD, smo="smo", parent=DISTRICT)
PLACES = {
    Scope.REGION: THE_REGION,
    Scope.SMO: Place(Scope.SMO, "smo", REGION),
    Scope.MUNICIPALITY: MUNICIPALITY,
    Scope.GROUP: Place(Scope.GROUP, str(GROUP), SETTLEMENT, group=GROUP, head=HEAD),
    Scope.ORGANIZATION: Place(Scope.ORGANIZATION, str(SCHOOL), SETTLEMENT, group=GROUP, head=HEAD),
}

WHERE = dict.fromkeys(Deed, Scope.MUNICIPALITY) | {
    Deed.APPOINT_ADMINISTRATOR: Scope.REGION,
    Deed.APPOINT_SMO_OPERATOR: Scope.SMO,
    Deed.APPOINT_LEADER: Scope.GROUP,
    Deed.APPOINT_MEMBER: Scope.GROUP,
    Deed.APPOINT_COORDINATOR: Scope.ORGANIZATION,
    Deed.APPOINT_STAND_IN: Scope.ORGANIZATION,
    Deed.BRIEF: Scope.GROUP,
    Deed.GIVE_ORDERS: Scope.GROUP,
    Deed.SEE_ORDERS: Scope.GROUP,
    Deed.ANSWER_IN_GROUP: Scope.GROUP,
    Deed.SEE_QUESTIONS: Scope.GROUP,
    Deed.WRITE_REPORTS: Scope.ORGANIZATION,
    Deed.SUM_REPORTS: Scope.GROUP,
    Deed.SEE_REPORTS: Scope.ORGANIZATION,
    Deed.REMIND_REPORTS: Scope.GROUP,
    Deed.SET_CADENCE: Scope.GROUP,
    Deed.RECOMMEND_CHECKPOINTS: Scope.SMO,
    Deed.RUN_MEETINGS: Scope.SMO,
    Deed.SEE_MEETINGS: Scope.SMO,
    Deed.SET_REGION: Scope.REGION,
    Deed.SEE: Scope.ORGANIZATION,
}
"""Where each deed is done."""

ADMINISTRATOR, SMO, CLERK_FOR_HEAD = "administrator", "smo-operator", "clerk for head"
BY_HEAD = {"head", CLERK_FOR_HEAD}
OVERSEERS = {"head", "responsible", "clerk", "deputy", "hotline-operator"}
OF_DISTRICT = {f"{role} of its district" for role in OVERSEERS}
SERVED = {f"{role} of the district that serves" for role in OVERSEERS}

WHO = {
    Deed.APPOINT_ADMINISTRATOR: {ADMINISTRATOR},
    Deed.APPOINT_SMO_OPERATOR: {ADMINISTRATOR},
    Deed.APPOINT_HEAD: {ADMINISTRATOR},
    Deed.APPOINT_RESPONSIBLE: BY_HEAD | {"administrator for head"},
    Deed.APPOINT_CLERK: {"head"},
    Deed.APPOINT_DEPUTY: BY_HEAD,
    Deed.APPOINT_LEADER: BY_HEAD,
    Deed.APPOINT_MEMBER: BY_HEAD | {"leader"},
    Deed.APPOINT_COORDINATOR: {"leader", "member"},
    Deed.APPOINT_STAND_IN: {"leader", "member"},
    Deed.APPOINT_HOTLINE_OPERATOR: BY_HEAD,
    Deed.FORM_GROUPS: BY_HEAD,
    Deed.FORM_OWN_GROUP: BY_HEAD | {"deputy"},
    Deed.SERVE: BY_HEAD | {ADMINISTRATOR},
    Deed.SET_RECEPTION: BY_HEAD | {"responsible", ADMINISTRATOR},
    Deed.KEEP_ORGANIZATIONS: BY_HEAD | {"responsible", ADMINISTRATOR},
    Deed.ATTACH_SCAN: BY_HEAD | {"responsible"},
    Deed.SET_LETTERHEAD: BY_HEAD,
    Deed.BRIEF: {"leader", "member"},
    Deed.SET_CHECKPOINTS: BY_HEAD,
    Deed.RECOMMEND_CHECKPOINTS: {"smo-operator", ADMINISTRATOR},
    Deed.CONCLUDE: BY_HEAD,
    Deed.RUN_MEETINGS: {"smo-operator"},
    Deed.SEE_MEETINGS: {"smo-operator", ADMINISTRATOR},
    Deed.ANSWER_SMO: BY_HEAD | {"responsible"},
    Deed.SEE_INVITATIONS: {"head", "responsible", "clerk", "deputy"},
    Deed.GIVE_ORDERS: BY_HEAD | {"leader"},
    Deed.PREPARE_ORDERS: {"responsible"},
    Deed.SEE_ORDERS: {"head", "responsible", "clerk", "deputy", "leader"},
    Deed.ANSWER_IN_GROUP: {"leader", "member"},
    Deed.ANSWER_IN_COORDINATION: BY_HEAD | {"responsible", "deputy"},
    Deed.ANSWER_AS_HEAD: BY_HEAD,
    Deed.SEE_QUESTIONS: {"head", "responsible", "clerk", "deputy", "leader", "member"},
    Deed.WRITE_REPORTS: {"coordinator", "stand-in"},
    Deed.SUM_REPORTS: {"leader"},
    Deed.SEE_REPORTS: {
        *("head", "responsible", "clerk", "deputy"),
        *("leader", "member", "coordinator", "stand-in"),
    },
    Deed.REMIND_REPORTS: {"head", "clerk", "responsible", "leader"},
    Deed.SET_CADENCE: BY_HEAD | {"leader"},
    Deed.SET_TARGETS: BY_HEAD,
    Deed.PREPARE_TARGETS: {"responsible"},
    Deed.ENTER_TARGETS: {SMO},
    Deed.REMIND_TARGETS: {SMO, ADMINISTRATOR},
    Deed.SET_REGULATION: BY_HEAD,
    Deed.SEE_REGULATION: OVERSEERS | SERVED | {SMO, ADMINISTRATOR},
    Deed.SEE_AGREEMENTS: {"head", "responsible", "clerk", "deputy", SMO, ADMINISTRATOR},
    Deed.SEE_FIGURES: OVERSEERS | SERVED | OF_DISTRICT | {SMO, ADMINISTRATOR},
    Deed.READ_CONCLUSIONS: OVERSEERS | SERVED | {SMO, ADMINISTRATOR},
    Deed.SET_REGION: {ADMINISTRATOR},
    Deed.SEE_PEOPLE: OVERSEERS | SERVED | {ADMINISTRATOR},
    Deed.SEE: OVERSEERS | SERVED | {ADMINISTRATOR, "leader", "member", "coordinator", "stand-in"},
}
"""Everybody who does each deed, as the glossary and the rules say, and nobody else."""


def grant(role: Role, of: str, tenant: str | None, serves: tuple[str, ...] = ()) -> Grant:
    return Grant(UUID(int=99), role, SCOPE_OF[role], of, LONG_AGO, municipality=tenant, serves=serves)


DISTRICTS = {
    "own": (SETTLEMENT, ()),
    "of the district that serves": (DISTRICT, (SETTLEMENT,)),
    "of its district": (DISTRICT, ()),
    "of another municipality": (ELSEWHERE, ()),
}
RELATIONS = tuple(DISTRICTS)


def held(role: Role, relation: str) -> Grant:
    """A role whose place stands in this relation to the settlement, its group and its school."""
    own = relation == "own"
    if (scope := SCOPE_OF[role]) is Scope.MUNICIPALITY:
        code, serves = DISTRICTS[relation]
        return grant(role, code, code, serves)
    if scope is Scope.GROUP:
        return grant(role, str(GROUP if own else OTHER_GROUP), SETTLEMENT)
    if scope is Scope.ORGANIZATION:
        return grant(role, str(SCHOOL if own else OTHER_SCHOOL), SETTLEMENT)
    smo = "smo" if own else "other-smo"
    return grant(role, REGION if scope is Scope.REGION else smo, None)


def staff(*grants: Grant) -> Staff:
    return Staff(ME, UUID(int=3), grants)


@pytest.mark.parametrize("deed", Deed)
def test_a_deed_is_done_by_those_named_and_by_nobody_else(deed: Deed) -> None:
    place, found = PLACES[WHERE[deed]], set[str]()
    for role, relation in product(Role, RELATIONS):
        somebody = staff(held(role, relation))
        allowed = may(somebody, deed, place)
        try:
            acting = authority(somebody, deed, place)
        except (Forbidden, NotFound):
            assert not allowed
            continue
        assert allowed
        in_words = role.value if relation == "own" or role is Role.ADMINISTRATOR else f"{role} {relation}"
        found.add(f"{in_words} for head" if acting == Acting(ME, HEAD) else in_words)

    assert found == WHO[deed]


def test_every_deed_has_a_row_and_a_place() -> None:
    assert RIGHTS.keys() == set(Deed) == WHERE.keys() == WHO.keys()


@pytest.mark.parametrize(
    "deed", [deed for deed, row in RIGHTS.items() if any(right.for_head for right in row.rights.values())]
)
def test_where_there_is_no_head_a_clerk_has_nobody_to_act_for(deed: Deed) -> None:
    """One answer for acts, groups, agreements, lists of organizations and scans alike."""
    headless, clerk = replace(PLACES[WHERE[deed]], head=None), staff(held(Role.CLERK, "own"))

    assert not may(clerk, deed, headless)
    with pytest.raises(Conflict) as refused:
        authority(clerk, deed, headless)
    assert refused.value.slug == "head-missing"


def test_a_clerk_with_a_right_of_their_own_needs_no_head() -> None:
    both = staff(held(Role.CLERK, "own"), held(Role.RESPONSIBLE, "own"))

    assert authority(both, Deed.KEEP_ORGANIZATIONS, replace(MUNICIPALITY, head=None)) == Acting(ME)


def test_whoever_is_head_of_one_side_ends_an_agreement_for_nobody() -> None:
    district = Place(Scope.MUNICIPALITY, DISTRICT, DISTRICT, head=ME)
    both = staff(held(Role.CLERK, "own"), held(Role.HEAD, "of its district"))

    assert ending(both, (MUNICIPALITY, district)) == Acting(ME)
    assert ending(staff(held(Role.CLERK, "own")), (MUNICIPALITY, district)) == Acting(ME, HEAD)


def test_a_foreign_place_is_unknown_and_a_deed_of_others_forbidden() -> None:
    stranger, deputy = staff(grant(Role.HEAD, ELSEWHERE, ELSEWHERE)), staff(held(Role.DEPUTY, "own"))

    with pytest.raises(NotFound) as unknown:
        authority(stranger, Deed.FORM_GROUPS, MUNICIPALITY)
    with pytest.raises(Forbidden) as forbidden:
        authority(deputy, Deed.APPOINT_CLERK, MUNICIPALITY)

    assert unknown.value.slug == "municipality-unknown"
    assert (forbidden.value.slug, forbidden.value.facts) == (
        "not-yours-to-appoint",
        {"role": "доверенное лицо главы"},
    )


def test_the_region_is_set_by_its_administrator_and_unknown_to_others() -> None:
    with pytest.raises(NotFound):
        authority(staff(held(Role.HEAD, "own")), Deed.SET_REGION, THE_REGION)


def test_the_administrator_attaches_to_acts_of_the_region_alone() -> None:
    administrator = staff(held(Role.ADMINISTRATOR, "own"))

    assert may(administrator, Deed.ATTACH_SCAN, THE_REGION)
    assert not may(administrator, Deed.ATTACH_SCAN, MUNICIPALITY)


def test_an_smo_has_to_do_with_its_own_municipalities_alone() -> None:
    operator, nobodys = staff(held(Role.SMO_OPERATOR, "own")), replace(MUNICIPALITY, smo=None)

    assert may(operator, Deed.ENTER_TARGETS, MUNICIPALITY)
    assert not may(operator, Deed.ENTER_TARGETS, nobodys)
    assert not may(operator, Deed.SEE_PEOPLE, MUNICIPALITY)
    assert {deed for deed in Deed if may(operator, deed, MUNICIPALITY)} == {
        Deed.ENTER_TARGETS,
        Deed.REMIND_TARGETS,
        Deed.SEE_AGREEMENTS,
        Deed.SEE_REGULATION,
        Deed.SEE_FIGURES,
        Deed.READ_CONCLUSIONS,
    }
