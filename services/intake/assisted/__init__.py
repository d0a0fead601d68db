"""Initiatives that the staff enter for people, with or without an address: who they are, found and merged."""
