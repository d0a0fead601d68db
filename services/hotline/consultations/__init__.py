"""Consultations: every level records one in seconds, corrects it within the day, and counts its own."""
