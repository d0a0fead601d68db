"""What stands under every letter: the site, whom to ask, and whether anybody reads an answer."""

from services.chassis.phones import spoken_phone
from services.chassis.process.settings import Support


def footer(support: Support, answers_read: bool = False) -> str:
    """The lines under a letter, behind the mark by which mail programs know a signature (RFC 3676, 4.3)."""
    lines = (f"Муниципальный диалог: {support.site}", _whom_to_ask(support))
    answering = "На это письмо можно ответить." if answers_read else "Отвечать на это письмо не нужно."
    return "\n".join(("-- ", *lines, answering, ""))


def _whom_to_ask(support: Support) -> str:
    hours = f", {support.hours}" if support.hours else ""
    phone = f"{spoken_phone(support.phone)}{hours}" if support.phone else ""
    known = "; ".join(filter(None, (phone, support.email)))
    return f"Помощь: {known}" if known else f"К кому обратиться: {support.site}/contacts"
