"""Texts that everybody may read."""
