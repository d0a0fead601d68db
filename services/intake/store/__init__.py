"""Intake's tables, read and written."""
