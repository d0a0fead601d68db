"""Intake: participants and their initiatives."""
