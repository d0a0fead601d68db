"""Deciding on initiatives."""
