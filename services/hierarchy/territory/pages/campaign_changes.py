"""What changes in a campaign's settings and who will see it, in words for the page that asks before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from contracts.structure import CampaignDefined, LifeRules, PlanRules, Term
from services.chassis.days import in_words
from services.chassis.web.forms import Option
from services.hierarchy.territory.domain.campaign import Campaign
from services.hierarchy.territory.pages.campaign_form import (
    ACCEPTANCE,
    LABELS,
    PUT_FORWARD_BY,
    TEXTS,
    ZONES,
    decimal,
    paces,
)

EVERYBODY = "Все, кто открывает портал"
STAFF = "Сотрудники"
HEADS = "Главы и их помощники: предложение в форме показателей"
OVERSEERS = "Все, кто видит показатели"
WARNED = "Ответственные и операторы СМО"
DECIDING = "Рабочие и координационные группы"
FIGURES = {"public": "Открыто всем", "staff": "Только сотрудникам"}
ZONE_NAMES = {zone.code: zone.name for zone in ZONES}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that changes: what is there now, what will be, and who sees it."""

    name: str
    before: str
    after: str
    whom: str


def changes(
    before: CampaignDefined, wanted: Campaign, known: Iterable[CampaignDefined] = ()
) -> list[Setting]:
    """Every setting of the form that would change, in its order; `known`: the region's campaigns."""
    after = wanted.defined(before.version, before.open, before)
    names = {pace.code: pace.name for pace in paces(known, before.id)}
    rules = (*_planned(before.plan, after.plan, names), *_lived(before.life, after.life))
    found = (*_settings(before, after), *rules)
    return [setting for setting in found if setting.before != setting.after]


def _settings(before: CampaignDefined, after: CampaignDefined) -> Iterator[Setting]:
    yield Setting(LABELS["name"], before.name, after.name, EVERYBODY)
    yield Setting(LABELS["prepare_from"], in_words(before.prepare_from), in_words(after.prepare_from), STAFF)
    yield Setting("Дни подачи", _days(before), _days(after), f"{EVERYBODY}: подать можно в эти дни")
    yield Setting(
        LABELS["close_until"],
        in_words(before.close_until),
        in_words(after.close_until),
        "Все участники и сотрудники",
    )
    yield Setting(
        LABELS["time_zone"], _zone(before), _zone(after), "Все: по нему начинаются и заканчиваются дни"
    )
    yield Setting(LABELS["figures"], FIGURES[before.figures], FIGURES[after.figures], EVERYBODY)
    yield _terms(LABELS["directions"], before.directions, after.directions, "Кто подаёт, и рабочие группы")
    former = {classifier.code: classifier.values for classifier in before.classifiers}
    for each in after.classifiers:
        yield _terms(each.name, former.get(each.code, ()), each.values, "Кто регистрируется и подаёт")
    for name in ("registered", "submitted"):
        words = getattr(before.definitions, name), getattr(after.definitions, name)
        yield Setting(LABELS[name], *words, "Все, кто смотрит показатели")
    whom = "Кто зарегистрируется после этого. Кто уже согласился, согласился с прежней версией"
    yield Setting(LABELS["consent_text"], before.consent.text, after.consent.text, whom)
    yield Setting(LABELS["consent_version"], before.consent.version, after.consent.version, whom)


def _planned(before: PlanRules, after: PlanRules, names: Mapping[str, str]) -> Iterator[Setting]:
    def setting(name: str, word: Callable[[PlanRules], str], whom: str) -> Setting:
        return Setting(LABELS[name], word(before), word(after), whom)

    yield setting("registered_percent", lambda rules: f"{rules.registered_percent} %", HEADS)
    yield setting("submitted_per_registered", lambda rules: decimal(rules.submitted_per_registered), HEADS)
    yield setting("pace", lambda rules: names.get(rules.pace, rules.pace), OVERSEERS)
    yield setting("warnings", lambda rules: "Да" if rules.warnings else "Нет", WARNED)


def _lived(before: LifeRules, after: LifeRules) -> Iterator[Setting]:
    def chosen(name: str, options: Iterable[Option], whom: str = DECIDING) -> Setting:
        names = {option.code: option.name for option in options}
        return Setting(LABELS[name], names[getattr(before, name)], names[getattr(after, name)], whom)

    yield chosen("acceptance", ACCEPTANCE)
    yield chosen("put_forward_by", PUT_FORWARD_BY)
    yield chosen("texts", TEXTS, EVERYBODY)
    yield _terms(LABELS["reasons"], before.reasons, after.reasons, f"{DECIDING}, и авторы отклонённых")


def _days(campaign: CampaignDefined) -> str:
    return f"с {in_words(campaign.first_day)} по {in_words(campaign.last_day)}"


def _zone(campaign: CampaignDefined) -> str:
    return ZONE_NAMES.get(campaign.time_zone, campaign.time_zone)


def _terms(name: str, before: Iterable[Term], after: Iterable[Term], whom: str) -> Setting:
    """Of a long list, those alone that change: renamed, removed, or new."""
    old, new = ({term.code: term.name for term in terms} for terms in (before, after))
    gone = [word for code, word in old.items() if new.get(code) != word]
    come = [word for code, word in new.items() if old.get(code) != word]
    return Setting(name, ", ".join(gone) or "–", ", ".join(come) or "–", whom)
