"""Use cases, one a file of groups."""
