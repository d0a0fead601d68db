"""What can be chosen in the form of a consultation, and with what it begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from contracts.appointments import Level
from contracts.hotline import Channel, ConsultationMode
from contracts.structure import OrganizationDefined
from services.chassis.web.forms import Form, Option, uuid_of
from services.directory.grants import Staff
from services.directory.region import Picture, alphabet
from services.hotline.consultations.commands.record_consultation import Told
from services.hotline.consultations.domain.consultations import Consultation
from services.hotline.consultations.reach import levels_in, own_organizations
from services.hotline.core.authority import Deed, places_of
from services.hotline.core.region import Known
from services.hotline.inquiries.domain.inquiries import Inquiry

SHOWN = 12
NONE_CHOSEN = UUID(int=0)
"""Stands for a name that was typed and not chosen from the list: no organization has this id."""

MODES: Mapping[str, str] = {ConsultationMode.IN_PERSON: "Очно", ConsultationMode.REMOTE: "Заочно"}
LEVELS: Mapping[str, str] = {
    Level.HOTLINE: "Горячая линия",
    Level.COORDINATOR: "Ответственный координатор",
    Level.GROUP: "Рабочая группа",
    Level.COORDINATION: "Координационная группа",
    Level.HEAD: "Глава",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Organizations that can be chosen; `more`: there are others; `asked`: something was typed."""

    options: list[Option]
    more: bool = False
    asked: bool = False
    elsewhere: tuple[Option, ...] = ()
    within: bool = True


def options_of(names: Mapping[str, str]) -> list[Option]:
    """Words and their names, to be chosen from."""
    return [Option(code, name) for code, name in names.items()]


def places_to_consult(known: Known, by: Staff) -> list[Option]:
    """Where somebody consults, by the alphabet."""
    here = [Option(code, known.picture.name_of(code) or code) for code in places_of(by, Deed.CONSULT)]
    return sorted(here, key=lambda each: alphabet(each.name))


def level_options(by: Staff, municipality: str) -> list[Option]:
    """At which levels somebody acts there."""
    return [Option(level, LEVELS[level]) for level in levels_in(by, municipality)]


def organizations(known: Known, by: Staff, municipality: str, form: Form) -> Found:
    """Found by part of a name, or else the chosen one and their own."""
    picture, part = known.picture, form.of("organization_q")
    chosen = [uuid_of(form.of("organization")) or NONE_CHOSEN]
    if not part and "find" not in form.values:
        own = own_organizations(by, known, municipality)
        return Found(_options(picture, [*chosen, *own]))
    found = picture.find(municipality, part, SHOWN + 1) if municipality in picture.municipalities else []
    ids = [organization.id for organization in found[:SHOWN]]
    return Found(_options(picture, [*chosen, *ids]), len(found) > SHOWN, bool(part))


def told(form: Form) -> Told:
    """A consultation as it was typed."""
    chosen = form.values.get("organization")
    unchosen = NONE_CHOSEN if chosen is None and form.of("organization_q") else None
    return Told(
        mode=form.of("mode"),
        theme=form.of("theme"),
        direction=form.of("direction") or None,
        organization=(uuid_of(chosen) or NONE_CHOSEN) if chosen else unchosen,
        level=form.of("level"),
        whom=form.of("whom"),
        note=form.of("note"),
        led_to_initiative=form.of("led") == "1",
    )


def beginning(
    known: Known, by: Staff, municipality: str, last: Consultation | None, case: Inquiry | None
) -> dict[str, str]:
    """With what an empty form begins: what the case says, else what somebody recorded last there, else their
    own organization; never whom and what."""
    levels, own = levels_in(by, municipality), own_organizations(by, known, municipality)
    begun = {"mode": "", "theme": "", "direction": "", "level": levels[0] if levels else ""}
    begun["organization"] = str(own[0]) if own else ""
    if last is not None:
        begun |= shown(last)
        begun |= {"whom": "", "note": "", "led": ""}
        begun["level"] = last.content.level if last.content.level in levels else begun["level"]
    if case is not None:
        mode = ConsultationMode.IN_PERSON if case.channel is Channel.IN_PERSON else ConsultationMode.REMOTE
        organization = str(case.organization or "")
        begun |= {"mode": mode, "theme": case.theme, "direction": case.direction or ""}
        begun["organization"] = organization
    return begun


def shown(consultation: Consultation) -> dict[str, str]:
    """A consultation as its form shows it."""
    content = consultation.content
    return {
        "mode": content.mode,
        "theme": content.theme,
        "direction": content.direction or "",
        "organization": str(content.organization or ""),
        "level": content.level,
        "whom": consultation.words.whom,
        "note": consultation.words.note,
        "led": "1" if content.led_to_initiative else "",
    }


def _options(picture: Picture, ids: list[UUID]) -> list[Option]:
    found = (picture.organizations.get(id_) for id_ in dict.fromkeys(ids))
    return [_option(picture, organization) for organization in found if organization]


def _option(picture: Picture, organization: OrganizationDefined) -> Option:
    place = "" if organization.place == organization.founder else picture.name_of(organization.place)
    return Option(str(organization.id), organization.name, place)
