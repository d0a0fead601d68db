"""Briefings of coordinators: material to read, sessions, confirmations."""
