"""Hierarchy: the campaign and what the region consists of."""
