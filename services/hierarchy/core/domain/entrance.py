"""Where and how the staff signs in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entrance:
    """The installation's address, whether there are passwords, and what the button says that leads to an
    external provider (nothing: there is none)."""

    public_url: str
    passwords: bool = True
    provider: str = ""
