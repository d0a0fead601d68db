"""An author of the district, and those who decide there."""

from tests.intake.corrections.conftest import author, office, signer

__all__ = ["author", "office", "signer"]
