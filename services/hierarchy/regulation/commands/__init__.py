"""Use cases, one a file of the regulation."""
