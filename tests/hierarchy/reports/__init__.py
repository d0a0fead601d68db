"""Summaries up the line of subordination."""
