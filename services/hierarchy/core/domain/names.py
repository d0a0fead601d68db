"""Full names of municipalities: the classifier gives «Гиагинское», people say the whole."""

import re

from contracts.structure import MunicipalityKind

NOUNS = {
    MunicipalityKind.MUNICIPAL_DISTRICT: ("муниципальный район", "Муниципальный район"),
    MunicipalityKind.MUNICIPAL_OKRUG: ("муниципальный округ", "Муниципальный округ"),
    MunicipalityKind.URBAN_OKRUG: ("городской округ", "Городской округ"),
    MunicipalityKind.INNER_CITY: (
        "внутригородской район",
        "Внутригородское муниципальное образование",
    ),
    MunicipalityKind.URBAN_SETTLEMENT: ("городское поселение", "Городское поселение"),
    MunicipalityKind.RURAL_SETTLEMENT: ("сельское поселение", "Сельское поселение"),
}
"""Of each kind: the words after an adjective, and the words before anything else."""

COMPLETE = (
    *(after for after, _ in NOUNS.values()),
    "муниципальное образование",
)
"""A name that holds one of these says its kind itself."""

MASCULINE = re.compile(r"[А-ЯЁ][А-ЯЁа-яё-]*(ий|ый|ой)")
NEUTER = re.compile(r"[А-ЯЁ][А-ЯЁа-яё-]*(ое|ее)")

LOOK_ALIKES = str.maketrans("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху")
CYRILLIC = re.compile(r"[А-ЯЁа-яё]")


def full_name(kind: MunicipalityKind, name: str) -> str:
    """The whole name of a municipality from the short one of the classifier.

    An adjective goes before the kind («Яблоновское городское поселение»), anything else after it
    («Городской округ город Майкоп», «Сельское поселение Голубая Нива»).
    """
    after, before = NOUNS[kind]
    name = re.sub(r"^им\.? ", "имени ", in_one_alphabet(name))
    if any(noun in name.lower() for noun in COMPLETE):
        return name[0].upper() + name[1:]
    adjective = NEUTER if after.endswith("ое поселение") else MASCULINE
    return f"{name} {after}" if adjective.fullmatch(name) else f"{before} {name}"


def in_one_alphabet(text: str) -> str:
    """Russian words with the Latin letters that look like Russian ones put right («cело»)."""
    return " ".join(
        word.translate(LOOK_ALIKES) if CYRILLIC.search(word) else word for word in text.split(" ")
    )
