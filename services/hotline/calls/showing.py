"""Calls in words."""

from urllib.parse import urlencode

from services.chassis.phones import spoken_phone
from services.hotline.calls.domain.calls import Call


def caller_of(call: Call) -> str:
    """Who calls, as far as the exchange says it."""
    if call.phone:
        return spoken_phone(call.phone)
    return "номер скрыт" if call.hidden else call.written


def record_of(call: Call) -> str:
    """Where the case of a call is written down."""
    return (
        f"/hotline/cases/new?{urlencode({'phone': call.phone, 'call': call.id, 'line': call.municipality})}"
    )
