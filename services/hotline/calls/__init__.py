"""Calls as the telephone exchange of a line tells them."""
