"""Submission, following one's own initiatives, withdrawal."""
