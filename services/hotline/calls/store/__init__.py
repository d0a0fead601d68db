"""Calls as they are stored."""
