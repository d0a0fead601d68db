"""An author of the district, and people who may be co-authors."""

from tests.intake.corrections.conftest import author, office, signer

__all__ = ["author", "office", "signer"]
