"""Use cases, one a file of territory."""
