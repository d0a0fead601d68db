"""Meetings: an SMO calls the responsible persons of its municipalities, and what they agree on."""
