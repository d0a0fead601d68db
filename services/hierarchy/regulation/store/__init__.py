"""Rows of the regulation."""
