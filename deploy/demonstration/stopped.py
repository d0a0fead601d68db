"""The one way in which the demonstration gives up."""


class Stopped(Exception):
    """It cannot go on; the text says why and, where there is one, the way out."""
