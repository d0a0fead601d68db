"""How long the words of a campaign's work are kept."""

from datetime import timedelta

KEPT = timedelta(days=365)
"""After the last day on which a campaign's people work (`close_until`)."""
