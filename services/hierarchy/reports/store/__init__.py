"""Rows of summaries."""
