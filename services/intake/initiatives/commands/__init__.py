"""Use cases, one a file of initiatives."""
