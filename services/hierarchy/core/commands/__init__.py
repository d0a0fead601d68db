"""Use cases, one a file of core."""
