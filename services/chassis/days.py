"""Days as people read them in a sentence."""

from datetime import date

MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()


def in_words(day: date) -> str:
    """«14 февраля 2026 года»."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year} года"
