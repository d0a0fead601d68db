"""Use cases, one a file of meetings."""
