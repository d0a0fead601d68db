"""The catalogue of a service that stands on the directory: its own sentences before the directory's."""

from services.chassis.web.problems import Sentences


def sentences_of(package: str) -> Sentences:
    """What a service says when it says no."""
    return Sentences(package, beneath=__package__)
