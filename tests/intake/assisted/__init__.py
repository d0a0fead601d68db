"""Entered by the staff for people."""
