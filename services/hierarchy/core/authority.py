"""Authority: one table of who may do what where, and the two questions that are asked of it.

`may` answers whether a page offers a deed; `authority` answers in what capacity it is done, or refuses.
A new right is a row of `RIGHTS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.appointments import SCOPE_OF, Role, Scope
from contracts.event import REGION
from services.chassis.errors import Conflict, Forbidden, NotFound
from services.directory.grants import Grant, Staff
from services.hierarchy.core.domain.places import THE_REGION, UNKNOWN, Place
from services.hierarchy.core.domain.roles import TITLES


class Relation(StrEnum):
    """How what somebody acts over stands to a place. No other relation gives a right: a settlement has none
    over its district."""

    OWN = "own"
    """The place itself, the municipality or the working group that has it in its line."""
    SERVED = "served"
    """The municipality that acts for the place's by agreement or as its successor."""
    CHILD = "child"
    """The district of which the place is a settlement that it does not serve: it sees figures alone."""
    OVERSEEN = "overseen"
    """The SMO whose municipality the place is."""
    WHOLE = "whole"
    """The whole region, of which the place is a part."""


class Deed(StrEnum):
    """What somebody does; appointing to each role is a deed of its own."""

    APPOINT_ADMINISTRATOR = "appoint-administrator"
    APPOINT_SMO_OPERATOR = "appoint-smo-operator"
    APPOINT_HEAD = "appoint-head"
    APPOINT_RESPONSIBLE = "appoint-responsible"
    APPOINT_CLERK = "appoint-clerk"
    APPOINT_DEPUTY = "appoint-deputy"
    APPOINT_LEADER = "appoint-leader"
    APPOINT_MEMBER = "appoint-member"
    APPOINT_COORDINATOR = "appoint-coordinator"
    APPOINT_STAND_IN = "appoint-stand-in"
    APPOINT_HOTLINE_OPERATOR = "appoint-hotline-operator"
    FORM_GROUPS = "form-groups"
    FORM_OWN_GROUP = "form-own-group"
    SERVE = "serve"
    KEEP_ORGANIZATIONS = "keep-organizations"
    SET_RECEPTION = "set-reception"
    ATTACH_SCAN = "attach-scan"
    SET_LETTERHEAD = "set-letterhead"
    BRIEF = "brief"
    SET_CHECKPOINTS = "set-checkpoints"
    RECOMMEND_CHECKPOINTS = "recommend-checkpoints"
    CONCLUDE = "conclude"
    RUN_MEETINGS = "run-meetings"
    SEE_MEETINGS = "see-meetings"
    ANSWER_SMO = "answer-smo"
    SEE_INVITATIONS = "see-invitations"
    GIVE_ORDERS = "give-orders"
    PREPARE_ORDERS = "prepare-orders"
    SEE_ORDERS = "see-orders"
    ANSWER_IN_GROUP = "answer-in-group"
    ANSWER_IN_COORDINATION = "answer-in-coordination"
    ANSWER_AS_HEAD = "answer-as-head"
    SEE_QUESTIONS = "see-questions"
    WRITE_REPORTS = "write-reports"
    SUM_REPORTS = "sum-reports"
    SEE_REPORTS = "see-reports"
    REMIND_REPORTS = "remind-reports"
    SET_CADENCE = "set-cadence"
    SET_TARGETS = "set-targets"
    PREPARE_TARGETS = "prepare-targets"
    ENTER_TARGETS = "enter-targets"
    REMIND_TARGETS = "remind-targets"
    SET_REGULATION = "set-regulation"
    SEE_REGULATION = "see-regulation"
    SEE_AGREEMENTS = "see-agreements"
    SEE_FIGURES = "see-figures"
    READ_CONCLUSIONS = "read-conclusions"
    SET_REGION = "set-region"
    SEE_PEOPLE = "see-people"
    SEE = "see"


@dataclass(frozen=True, slots=True)
class Right:
    """Over what a role does a deed, and whether for the Head alone, who is recorded beside."""

    over: frozenset[Relation]
    for_head: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Everybody who does a deed, and the refusal of everybody else; `hidden`: to them it does not exist."""

    rights: Mapping[Role, Right]
    refusal: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Acting:
    """Who does something, and on whose behalf, if not on their own."""

    account: UUID
    on_behalf_of: UUID | None = None


OWN = Right(frozenset({Relation.OWN}))
FOR_HEAD = Right(frozenset({Relation.OWN}), for_head=True)
"""A clerk enters the Head's acts: where there is no Head, there is nobody to act for."""
SEEN = Right(frozenset({Relation.OWN, Relation.SERVED}))
FIGURES = Right(frozenset({Relation.OWN, Relation.SERVED, Relation.CHILD}))
BELOW = Right(frozenset({Relation.WHOLE}))
OF_SMO = Right(frozenset({Relation.OVERSEEN}))
ANYWHERE = Right(frozenset({Relation.OWN, Relation.WHOLE}))

OF_HEAD = {Role.HEAD: OWN, Role.CLERK: FOR_HEAD}
OF_GROUP = {Role.LEADER: OWN, Role.MEMBER: OWN}
OF_ORGANIZATION = {Role.COORDINATOR: OWN, Role.STAND_IN: OWN}
OVERSEERS = {role: SEEN for role, scope in SCOPE_OF.items() if scope is Scope.MUNICIPALITY}
BELONGING = {role: OWN for role, scope in SCOPE_OF.items() if scope in (Scope.GROUP, Scope.ORGANIZATION)}


def appointing(role: Role) -> Deed:
    """The deed of appointing to a role."""
    return Deed(f"appoint-{role}")


RIGHTS: Mapping[Deed, Row] = {
    **{
        appointing(role): Row(rights, "not-yours-to-appoint")
        for role, rights in {
            Role.ADMINISTRATOR: {Role.ADMINISTRATOR: OWN},
            Role.SMO_OPERATOR: {Role.ADMINISTRATOR: OWN},
            Role.HEAD: {Role.ADMINISTRATOR: BELOW},
            # From one list the administrator enters whom all the Heads have named: both are recorded.
            Role.RESPONSIBLE: OF_HEAD | {Role.ADMINISTRATOR: Right(BELOW.over, for_head=True)},
            Role.CLERK: {Role.HEAD: OWN},
            Role.DEPUTY: OF_HEAD,
            Role.LEADER: OF_HEAD,
            Role.MEMBER: OF_HEAD | {Role.LEADER: OWN},
            # A working group alone appoints coordinators, to organizations that it covers (rule 3).
            Role.COORDINATOR: OF_GROUP,
            Role.STAND_IN: OF_GROUP,
            Role.HOTLINE_OPERATOR: OF_HEAD,
        }.items()
    },
    Deed.FORM_GROUPS: Row(OF_HEAD, "not-yours-to-form"),
    Deed.FORM_OWN_GROUP: Row(OF_HEAD | {Role.DEPUTY: OWN}, "not-yours-to-form"),
    # A district does not let itself in; once it serves, either side ends it.
    Deed.SERVE: Row(OF_HEAD | {Role.ADMINISTRATOR: ANYWHERE}, "not-yours-to-serve"),
    Deed.KEEP_ORGANIZATIONS: Row(
        OF_HEAD | {Role.RESPONSIBLE: OWN, Role.ADMINISTRATOR: ANYWHERE}, "not-yours-to-keep"
    ),
    Deed.SET_RECEPTION: Row(
        OF_HEAD | {Role.RESPONSIBLE: OWN, Role.ADMINISTRATOR: ANYWHERE}, "not-yours-to-set-reception"
    ),
    Deed.ATTACH_SCAN: Row(OF_HEAD | {Role.RESPONSIBLE: OWN, Role.ADMINISTRATOR: OWN}, "not-yours-to-attach"),
    Deed.SET_LETTERHEAD: Row(OF_HEAD | {Role.ADMINISTRATOR: OWN}, "not-yours-to-letterhead"),
    Deed.BRIEF: Row(OF_GROUP, "not-yours-to-brief"),
    Deed.SET_CHECKPOINTS: Row(OF_HEAD, "not-yours-to-set-checkpoints"),
    Deed.RECOMMEND_CHECKPOINTS: Row(
        {Role.SMO_OPERATOR: OWN, Role.ADMINISTRATOR: OWN}, "smo-unknown", hidden=True
    ),
    Deed.CONCLUDE: Row(OF_HEAD, "not-yours-to-conclude"),
    Deed.RUN_MEETINGS: Row({Role.SMO_OPERATOR: OWN}, "not-yours-to-run-meetings"),
    Deed.SEE_MEETINGS: Row({Role.SMO_OPERATOR: OWN, Role.ADMINISTRATOR: OWN}, "meeting-unknown", hidden=True),
    # Whom the SMO may call answers it, and the clerk for the Head.
    Deed.ANSWER_SMO: Row(OF_HEAD | {Role.RESPONSIBLE: OWN}, "not-yours-to-answer"),
    Deed.SEE_INVITATIONS: Row(
        dict.fromkeys((Role.HEAD, Role.CLERK, Role.RESPONSIBLE, Role.DEPUTY), OWN),
        "not-found",
        hidden=True,
    ),
    # What a municipality has promised at meetings: whoever it is asked of there, and who oversees it.
    Deed.SEE_AGREEMENTS: Row(
        dict.fromkeys((Role.HEAD, Role.CLERK, Role.RESPONSIBLE, Role.DEPUTY), OWN)
        | {Role.SMO_OPERATOR: OF_SMO, Role.ADMINISTRATOR: ANYWHERE},
        "agreement-unknown",
        hidden=True,
    ),
    # Down the line alone: the Head to everybody, a leader to the group. What a leader has given, the Head
    # judges too, as there may be no leader any more.
    Deed.GIVE_ORDERS: Row(OF_HEAD | {Role.LEADER: OWN}, "not-yours-to-order"),
    Deed.PREPARE_ORDERS: Row({Role.RESPONSIBLE: OWN}, "not-yours-to-order"),
    # Whole orders, whoever their addressees are; of others people see what is theirs or below them.
    Deed.SEE_ORDERS: Row(
        dict.fromkeys((Role.HEAD, Role.CLERK, Role.RESPONSIBLE, Role.DEPUTY, Role.LEADER), OWN),
        "order-unknown",
        hidden=True,
    ),
    # Questions up the line are answered where they are held; whoever is above sees them before they climb.
    Deed.ANSWER_IN_GROUP: Row(OF_GROUP, "not-yours-to-answer-question"),
    Deed.ANSWER_IN_COORDINATION: Row(
        OF_HEAD | {Role.RESPONSIBLE: OWN, Role.DEPUTY: OWN}, "not-yours-to-answer-question"
    ),
    Deed.ANSWER_AS_HEAD: Row(OF_HEAD, "not-yours-to-answer-question"),
    Deed.SEE_QUESTIONS: Row(
        dict.fromkeys((Role.HEAD, Role.CLERK, Role.RESPONSIBLE, Role.DEPUTY), OWN) | OF_GROUP,
        "question-unknown",
        hidden=True,
    ),
    # Up the line alone: of an organization its coordinators, of a group its leader.
    Deed.WRITE_REPORTS: Row(OF_ORGANIZATION, "not-yours-to-summarize"),
    Deed.SUM_REPORTS: Row({Role.LEADER: OWN}, "not-yours-to-summarize"),
    # What one group is told another does not see, and no overseer does.
    Deed.SEE_REPORTS: Row(
        dict.fromkeys((Role.HEAD, Role.CLERK, Role.RESPONSIBLE, Role.DEPUTY), OWN)
        | OF_GROUP
        | OF_ORGANIZATION,
        "summary-unknown",
        hidden=True,
    ),
    # To remind is no act: a clerk does it on their own.
    Deed.REMIND_REPORTS: Row(
        dict.fromkeys((Role.HEAD, Role.CLERK, Role.RESPONSIBLE, Role.LEADER), OWN), "not-yours-to-remind"
    ),
    # The Head's, by an act, for the whole municipality; a leader's for the group's own coordinators.
    Deed.SET_CADENCE: Row(OF_HEAD | {Role.LEADER: OWN}, "not-yours-to-set-cadence"),
    # A served settlement's targets are its own Head's: the district's people have no part in them.
    Deed.SET_TARGETS: Row(OF_HEAD, "not-yours-to-set-targets"),
    Deed.PREPARE_TARGETS: Row({Role.RESPONSIBLE: OWN}, "not-yours-to-prepare-targets"),
    # From a letter of the Head, who confirms it; the SMO enters nothing else in a municipality.
    Deed.ENTER_TARGETS: Row({Role.SMO_OPERATOR: OF_SMO}, "not-yours-to-set-targets"),
    Deed.REMIND_TARGETS: Row(
        {Role.SMO_OPERATOR: OF_SMO, Role.ADMINISTRATOR: ANYWHERE}, "not-yours-to-remind-targets"
    ),
    # The region's default is the administrator's; where a Head adapts it, that is an act.
    Deed.SET_REGULATION: Row(OF_HEAD | {Role.ADMINISTRATOR: OWN}, "not-yours-to-set-regulation"),
    # What is promised is public; by which acts and by whom it was set is not.
    Deed.SEE_REGULATION: Row(
        OVERSEERS | {Role.SMO_OPERATOR: OF_SMO, Role.ADMINISTRATOR: ANYWHERE},
        "municipality-unknown",
        hidden=True,
    ),
    # Targets and results of a municipality, on pages and by the API alike.
    Deed.SEE_FIGURES: Row(
        dict.fromkeys(OVERSEERS, FIGURES) | {Role.SMO_OPERATOR: OF_SMO, Role.ADMINISTRATOR: ANYWHERE},
        "municipality-unknown",
        hidden=True,
    ),
    Deed.READ_CONCLUSIONS: Row(
        OVERSEERS | {Role.SMO_OPERATOR: OF_SMO, Role.ADMINISTRATOR: ANYWHERE},
        "municipality-unknown",
        hidden=True,
    ),
    Deed.SET_REGION: Row({Role.ADMINISTRATOR: OWN}, "not-found", hidden=True),
    Deed.SEE_PEOPLE: Row(OVERSEERS | {Role.ADMINISTRATOR: ANYWHERE}, "not-found", hidden=True),
    Deed.SEE: Row(OVERSEERS | BELONGING | {Role.ADMINISTRATOR: ANYWHERE}, "not-found", hidden=True),
}

REMINDED_BY: Mapping[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset(
        {Role.ADMINISTRATOR, Role.SMO_OPERATOR, Role.HEAD, Role.RESPONSIBLE},
    ),
    # The SMO appoints nobody, and reminds the Heads.
    Role.SMO_OPERATOR: frozenset({Role.HEAD}),
    **{
        # Whoever runs the campaign day to day reminds whom the Head appoints.
        role: frozenset(to for to in Role if Role.HEAD in RIGHTS[appointing(to)].rights)
        for role in (Role.HEAD, Role.RESPONSIBLE, Role.CLERK)
    },
    **{
        role: frozenset(to for to in Role if role in RIGHTS[appointing(to)].rights)
        for role in (Role.LEADER, Role.MEMBER)
    },
}
"""Role → the roles whose holders it reminds."""


def may(staff: Staff, deed: Deed, place: Place) -> bool:
    """Whether somebody does this here: exactly when `authority` does not refuse."""
    rights = _rights(staff, deed, place)
    return any(place.head is not None or not right.for_head for right in rights)


def authority(staff: Staff, deed: Deed, place: Place) -> Acting:
    """In what capacity somebody does this here: on their own, or for the Head.

    Raises NotFound for a place where they have nothing to do, Forbidden for a deed that is not theirs, and
    Conflict for an act of the Head's where there is no Head.
    """
    rights = _rights(staff, deed, place)
    if any(not right.for_head for right in rights):
        return Acting(staff.account)
    if rights:
        if place.head is None:
            raise Conflict("head-missing")
        return Acting(staff.account, place.head)
    row = RIGHTS[deed]
    if row.hidden:
        raise NotFound(row.refusal)
    if place.tenant != REGION and not is_present(staff, place.tenant):
        raise NotFound(UNKNOWN[place.scope])
    raise Forbidden(row.refusal, **_facts(deed))


def administrator(staff: Staff) -> Acting:
    """The administrator, who sets what belongs to the whole region. Raises NotFound for anybody else."""
    return authority(staff, Deed.SET_REGION, THE_REGION)


def is_present(staff: Staff, municipality: str) -> bool:
    """Whether somebody has anything to do in a municipality, also by agreement: to others it is foreign."""
    return staff.holds(Role.ADMINISTRATOR) or municipality in staff.municipalities


def appoints(staff: Staff) -> list[Role]:
    """The roles to which somebody appoints, wherever that is."""
    held = {grant.role for grant in staff.grants}
    return [role for role in Role if not held.isdisjoint(RIGHTS[appointing(role)].rights)]


def _rights(staff: Staff, deed: Deed, place: Place) -> list[Right]:
    rights = RIGHTS[deed].rights
    return [
        rights[grant.role]
        for grant in staff.grants
        if grant.role in rights and _relation(grant, place) in rights[grant.role].over
    ]


def _relation(grant: Grant, place: Place) -> Relation | None:
    if grant.scope is Scope.REGION:
        return Relation.OWN if place.tenant == REGION else Relation.WHOLE
    if grant.scope is Scope.SMO:
        return _relation_of_smo(grant, place)
    if grant.scope is Scope.MUNICIPALITY and place.tenant in grant.serves:
        return Relation.SERVED
    reach = {Scope.MUNICIPALITY: place.tenant, Scope.GROUP: str(place.group), Scope.ORGANIZATION: place.of}
    if reach.get(grant.scope) == grant.of:
        return Relation.OWN
    return Relation.CHILD if grant.scope is Scope.MUNICIPALITY and place.parent == grant.of else None


def _relation_of_smo(grant: Grant, place: Place) -> Relation | None:
    if place.scope is Scope.SMO:
        return Relation.OWN if place.of == grant.of else None
    return Relation.OVERSEEN if place.smo == grant.of else None


def _facts(deed: Deed) -> dict[str, str]:
    role = deed.removeprefix("appoint-")
    return {"role": TITLES[Role(role)]} if role != deed else {}
