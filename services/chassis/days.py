"""Days: by a region's clocks, and as people read them in a sentence."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()


def today(zone: str, now: datetime) -> date:
    """The day that a moment belongs to, by the clocks of a time zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def in_words(day: date) -> str:
    """«14 февраля 2026 года»."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year} года"
