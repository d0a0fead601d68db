"""A campaign as a form: every setting in words that are typed, and every refusal at its field."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import count
from typing import Any

import yaml
from pydantic import ValidationError

from contracts.structure import CampaignDefined, LifeRules, PlanRules
from services.chassis.errors import Invalid, Refused
from services.chassis.text import one_line
from services.chassis.web.forms import Form, Option
from services.directory.russian import code_of, search_text
from services.hierarchy.territory.domain.campaign import DAYS, WORKING_DAYS, Campaign, past

FIRST: dict[str, Any] = yaml.safe_load(
    files("services.hierarchy.territory").joinpath("first_campaign.yaml").read_text("utf-8")
)
"""What is proposed where no earlier campaign can be copied."""

CLASSIFIER, DIRECTIONS, REASONS = "classifier:", "directions", "reasons"
"""Names of the fields that hold a classifier's values begin like this. A term that there is has a field of
its own, the list's name and its code; the list's own field holds new ones, a line each."""

ZONES = [
    Option("Europe/Kaliningrad", "Калининград (МСК−1)"),
    Option("Europe/Moscow", "Москва (МСК)"),
    Option("Europe/Samara", "Самара (МСК+1)"),
    Option("Asia/Yekaterinburg", "Екатеринбург (МСК+2)"),
    Option("Asia/Omsk", "Омск (МСК+3)"),
    Option("Asia/Krasnoyarsk", "Красноярск (МСК+4)"),
    Option("Asia/Irkutsk", "Иркутск (МСК+5)"),
    Option("Asia/Yakutsk", "Якутск (МСК+6)"),
    Option("Asia/Vladivostok", "Владивосток (МСК+7)"),
    Option("Asia/Magadan", "Магадан (МСК+8)"),
    Option("Asia/Kamchatka", "Петропавловск-Камчатский (МСК+9)"),
]

LABELS = {
    "name": "Название",
    "prepare_from": "Подготовка начинается",
    "first_day": "Первый день подачи",
    "last_day": "Последний день подачи",
    "close_until": "Завершение до",
    "time_zone": "Часовой пояс региона",
    "figures": "Число участников и инициатив",
    "texts": "Тексты инициатив",
    "directions": "Направления инициатив",
    "registered": "Кого считаем зарегистрированным",
    "submitted": "Какую инициативу считаем поданной",
    "registered_percent": "Процент аудитории",
    "submitted_per_registered": "Инициатив на одного зарегистрированного",
    "pace": "Как считать, сколько ожидалось к сегодняшнему дню",
    "warnings": "Письма о тех, кто молчит или отстаёт",
    "acceptance": "Кто принимает инициативы",
    "put_forward_by": "Кто выдвигает инициативы",
    "reasons": "Причины, по которым отклоняют",
    "consent_version": "Версия согласия",
    "consent_text": "Согласие на обработку персональных данных",
}
"""What the fields are called whose refusals name them."""

REFUSED = {
    "day": "campaign-day",
    "days": "campaign-days-order",
    "literal_error": "campaign-choice",
    "time_zone": "campaign-choice",
    "too_short": "campaign-list-empty",
}
"""What a model finds wrong → the sentence; whatever else is wrong, the field is empty."""


PLAN = tuple(PlanRules.model_fields)
"""The fields of the plan's rules."""


ACCEPTANCE = [
    Option("at-once", "Сразу, как подана", "Рабочая группа определяет или отклоняет её, принимать не нужно."),
    Option("by-group", "Рабочая группа направления", "До её решения инициатива только подана."),
]
PUT_FORWARD_BY = [
    Option("coordination", "Только координационная группа"),
    Option("group", "Координационная и рабочая группы"),
]
TEXTS = [
    Option("staff", "Только сотрудникам"),
    Option("determined", "Определённых и выдвинутых – всем", "Без имени автора и организации."),
    Option(
        "accepted",
        "Всех принятых – всем",
        "Без имени автора и организации. Если инициативы принимаются сразу, их тексты открыты без проверки.",
    ),
]
"""Who decides what in the life of an initiative, and who reads its text."""

LIFE = ("acceptance", "put_forward_by", "texts")
"""What is chosen of the rules of initiatives' lives."""


def proposal(source: CampaignDefined | None) -> dict[str, Any]:
    """The settings that a new campaign takes over: an earlier one's, else what is usual. A demonstration is
    none again: in it anybody may say what time it is."""
    return settings_of(source) | {"demonstration": False} if source else FIRST


def settings_of(campaign: CampaignDefined) -> dict[str, Any]:
    """The settings of a campaign as they are."""
    return campaign.model_dump(mode="json")


def filled(settings: Mapping[str, Any], days: bool) -> dict[str, str]:
    """The values of the form with these settings in it; a new campaign gets days of its own."""
    values = {
        "id": settings.get("id", "") if days else "",
        "name": settings.get("name", "") if days else "",
        "time_zone": settings.get("time_zone", "Europe/Moscow"),
        "figures": settings.get("figures", "public"),
        "registered": settings["definitions"]["registered"],
        "submitted": settings["definitions"]["submitted"],
        "consent_version": settings.get("consent", {}).get("version", "1"),
        "consent_text": settings.get("consent", {}).get("text", ""),
    }
    values |= _planned(PlanRules.model_validate(settings.get("plan", {})))
    life = life_of(settings)
    values |= {name: getattr(life, name) for name in LIFE}
    for field, terms in lists(settings):
        values |= {f"{field}:{term['code']}": term["name"] for term in terms}
    if days:
        values |= {name: str(settings[name]) for name in DAYS}
    return values


def _planned(rules: PlanRules) -> dict[str, str]:
    return {
        "registered_percent": str(rules.registered_percent),
        "submitted_per_registered": decimal(rules.submitted_per_registered),
        "pace": rules.pace,
    } | ({"warnings": "1"} if rules.warnings else {})


def decimal(number: float) -> str:
    """A number as people write it: «0,5»."""
    return f"{number:g}".replace(".", ",")


def paces(known: Iterable[CampaignDefined], id_: str) -> list[Option]:
    """How the way to a target may go: by working days, or as in a campaign of the region that is over."""
    shapes = [Option(each.id, f"По ходу прошлого марафона: {each.name}") for each in past(known, id_)]
    return [Option(WORKING_DAYS, "По рабочим дням"), *shapes]


def lists(settings: Mapping[str, Any]) -> list[tuple[str, Sequence[Mapping[str, str]]]]:
    """The lists of terms that there are, each with its field: directions, classifiers, reasons."""
    classifiers = [(f"{CLASSIFIER}{each['code']}", each["values"]) for each in settings["classifiers"]]
    reasons = [term.model_dump() for term in life_of(settings).reasons]
    return [(DIRECTIONS, settings.get("directions", [])), *classifiers, (REASONS, reasons)]


def life_of(settings: Mapping[str, Any]) -> LifeRules:
    """How initiatives are decided on by these settings, or as is usual."""
    return LifeRules.model_validate(settings.get("life") or {})


def read(form: Form, settings: Mapping[str, Any], id_: str) -> Campaign:
    """The campaign of the form; what it does not show is as in the settings. Raises Invalid, with all
    that is wrong at its fields."""
    terms = {field: _terms(form, field, known) for field, known in lists(settings)}
    classifiers = [
        each | {"values": terms[f"{CLASSIFIER}{each['code']}"]} for each in settings["classifiers"]
    ]
    wrong: list[Refused] = [each for field, given in terms.items() for each in _twice(field, given, settings)]
    try:
        campaign = Campaign.model_validate(
            {name: form.of(name) for name in ("name", *DAYS, "time_zone", "figures")}
            | {
                "id": id_,
                "demonstration": settings.get("demonstration", False),
                "directions": terms[DIRECTIONS],
                "classifiers": classifiers,
                "definitions": {"registered": form.of("registered"), "submitted": form.of("submitted")},
                "consent": {"version": form.of("consent_version"), "text": form.of("consent_text")},
                "limits": settings["limits"],
                "plan": _plan(form),
                "life": {name: form.of(name) for name in LIFE} | {"reasons": terms[REASONS]},
            }
        )
    except ValidationError as error:
        wrong = [*_refusals(error, settings), *wrong]
    if wrong:
        first, *first.others = wrong
        raise first
    return campaign


def _plan(form: Form) -> dict[str, Any]:
    numbers = {name: form.of(name).strip().replace(",", ".") for name in PLAN[:2]}
    return numbers | {"pace": form.of("pace"), "warnings": form.of("warnings") == "1"}


def _refusals(error: ValidationError, settings: Mapping[str, Any]) -> list[Invalid]:
    found = error.errors(include_url=False, include_input=False)
    # A list all of whose items are refused is called too short beside: that is said at the items.
    return [_invalid(dict(each), settings) for each in found if each["loc"] != ("classifiers",)]


def _twice(field: str, terms: Sequence[Mapping[str, str]], settings: Mapping[str, Any]) -> Iterator[Invalid]:
    seen = set[str]()
    for term in terms:
        if (name := search_text(term["name"])) in seen:
            label = _label(field, settings)
            yield Invalid("campaign-term-twice", field=field, label=label, name=term["name"])
        seen.add(name)


def _invalid(detail: Mapping[str, Any], settings: Mapping[str, Any]) -> Invalid:
    place = (*detail["loc"], *detail.get("ctx", {}).get("at", ()))
    field = _field(place, settings)
    facts = {"label": _label(field, settings)} | detail.get("ctx", {})
    return Invalid(_slug(detail["type"], place), field=field, **facts)


def _label(field: str, settings: Mapping[str, Any]) -> str:
    names = {f"{CLASSIFIER}{each['code']}": each["name"] for each in settings["classifiers"]}
    return str((LABELS | names).get(field, ""))


def _slug(kind: str, place: tuple[Any, ...]) -> str:
    if place[:1] == ("id",):
        return "campaign-id"
    if place[:1] == ("plan",):
        return f"plan-{str(place[1]).replace('_', '-')}"
    return REFUSED.get(kind, "campaign-empty")


def _field(place: tuple[Any, ...], settings: Mapping[str, Any]) -> str:
    first, *rest = place or ("name",)
    if first == "definitions":
        return str(rest[0])
    if first in ("plan", "life"):
        return str(rest[0])
    if first == "consent":
        return f"consent_{rest[0]}"
    if first == "classifiers":
        return f"{CLASSIFIER}{settings['classifiers'][rest[0]]['code']}"
    return str(first)


def _terms(form: Form, field: str, known: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The terms that there are, by the names that their fields have now, without those whose field is empty,
    and then the new ones: under a code that is made of the name, or that the name had before."""
    names = {term["code"]: one_line(form.of(f"{field}:{term['code']}")) for term in known}
    terms = [{"code": code, "name": name} for code, name in names.items() if name]
    former = {search_text(term["name"]): term["code"] for term in known if not names[term["code"]]}
    taken = set(names)
    for name in filter(None, map(one_line, form.of(field).splitlines())):
        code = former.pop(search_text(name), "") or _free(code_of(name) or "term", taken)
        taken.add(code)
        terms.append({"code": code, "name": name})
    return terms


def _free(code: str, taken: Collection[str]) -> str:
    return code if code not in taken else next(c for n in count(2) if (c := f"{code}-{n}") not in taken)
