"""Corrections: where initiatives and their authors are counted."""
