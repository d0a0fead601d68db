"""Those who oversee what is done with initiatives."""

from tests.intake.determination.conftest import office, signer

__all__ = ["office", "signer"]
