"""A campaign as a form: every setting in words that are typed, and every refusal at its field."""

from collections.abc import Collection, Iterable, Mapping
from importlib.resources import files
from itertools import count
from typing import Any

import yaml
from pydantic import ValidationError

from contracts.structure import CampaignDefined
from services.chassis.errors import Invalid
from services.chassis.web.forms import Form, Option
from services.directory.russian import code_of
from services.hierarchy.territory.domain.campaign import DAYS, Campaign

FIRST: dict[str, Any] = yaml.safe_load(
    files("services.hierarchy.territory").joinpath("first_campaign.yaml").read_text("utf-8")
)
"""What is proposed where no earlier campaign can be copied."""

CLASSIFIER = "classifier:"
"""Names of the fields that hold a classifier's values begin like this."""

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
    "directions": "Направления инициатив",
    "registered": "Кого считаем зарегистрированным",
    "submitted": "Какую инициативу считаем поданной",
    "consent_version": "Версия согласия",
    "consent_text": "Согласие на обработку персональных данных",
}
"""What the fields are called whose refusals name them."""

REFUSED = {
    "day": "campaign-day",
    "days": "campaign-days-order",
    "literal_error": "campaign-choice",
    "repeated": "campaign-code-twice",
    "string_pattern_mismatch": "campaign-code",
    "string_too_long": "campaign-code",
    "time_zone": "campaign-choice",
    "too_short": "campaign-list-empty",
}
"""What a model finds wrong → the sentence; whatever else is wrong, the field is empty."""


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
        "directions": _lines(settings.get("directions", [])),
        "registered": settings["definitions"]["registered"],
        "submitted": settings["definitions"]["submitted"],
        "consent_version": settings.get("consent", {}).get("version", "1"),
        "consent_text": settings.get("consent", {}).get("text", ""),
    }
    for classifier in settings["classifiers"]:
        values[f"{CLASSIFIER}{classifier['code']}"] = _lines(classifier["values"])
    if days:
        values |= {name: str(settings[name]) for name in DAYS}
    return values


def read(form: Form, settings: Mapping[str, Any], id_: str) -> Campaign:
    """The campaign of the form; what it does not show is as in the settings. Raises Invalid, with all
    that is wrong at its fields."""
    classifiers = [
        classifier | {"values": _terms(form.of(f"{CLASSIFIER}{classifier['code']}"), classifier["values"])}
        for classifier in settings["classifiers"]
    ]
    try:
        return Campaign.model_validate(
            {name: form.of(name) for name in ("name", *DAYS, "time_zone", "figures")}
            | {
                "id": id_,
                "demonstration": settings.get("demonstration", False),
                "directions": _terms(form.of("directions"), settings.get("directions", [])),
                "classifiers": classifiers,
                "definitions": {"registered": form.of("registered"), "submitted": form.of("submitted")},
                "consent": {"version": form.of("consent_version"), "text": form.of("consent_text")},
                "limits": settings["limits"],
            }
        )
    except ValidationError as error:
        raise _refusal(error, settings) from None


def _refusal(error: ValidationError, settings: Mapping[str, Any]) -> Invalid:
    found = error.errors(include_url=False, include_input=False)
    # A list all of whose items are refused is called too short beside: that is said at the items.
    first, *others = [_invalid(dict(each), settings) for each in found if each["loc"] != ("classifiers",)]
    first.others.extend(others)
    return first


def _invalid(detail: Mapping[str, Any], settings: Mapping[str, Any]) -> Invalid:
    place = (*detail["loc"], *detail.get("ctx", {}).get("at", ()))
    field = _field(place, settings)
    line = next((nth + 1 for nth in reversed(place[1:]) if isinstance(nth, int)), 0)
    facts = {"label": _label(field, settings), "line": line} | detail.get("ctx", {})
    return Invalid(_slug(detail["type"], place), field=field, **facts)


def _label(field: str, settings: Mapping[str, Any]) -> str:
    names = {f"{CLASSIFIER}{each['code']}": each["name"] for each in settings["classifiers"]}
    return str((LABELS | names).get(field, ""))


def _slug(kind: str, place: tuple[Any, ...]) -> str:
    if place[:1] == ("id",):
        return "campaign-id"
    if kind == "string_too_short" and place[-1] == "name" and len(place) > 1:
        return "campaign-term-empty"
    return REFUSED.get(kind, "campaign-empty")


def _field(place: tuple[Any, ...], settings: Mapping[str, Any]) -> str:
    first, *rest = place or ("name",)
    if first == "definitions":
        return str(rest[0])
    if first == "consent":
        return f"consent_{rest[0]}"
    if first == "classifiers":
        return f"{CLASSIFIER}{settings['classifiers'][rest[0]]['code']}"
    return str(first)


def _lines(terms: Iterable[Mapping[str, str]]) -> str:
    return "\n".join(f"{term['code']}; {term['name']}" for term in terms)


def _terms(text: str, known: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """A term for each line «code; name»; without a code, the known name's or one that is made of it."""
    codes = {term["name"]: term["code"] for term in known}
    lines = [_parted(line) for line in filter(None, map(str.strip, text.splitlines()))]
    taken = {code for code, _ in lines if code} | set(codes.values())
    terms = []
    for given, name in lines:
        code = given or codes.get(name) or _free(code_of(name) or "term", taken)
        taken.add(code)
        terms.append({"code": code, "name": name})
    return terms


def _parted(line: str) -> tuple[str, str]:
    code, separator, name = (part.strip() for part in line.partition(";"))
    return (code, name) if separator else ("", line)


def _free(code: str, taken: Collection[str]) -> str:
    return code if code not in taken else next(c for n in count(2) if (c := f"{code}-{n}") not in taken)
