"""Use cases, one a file of imports."""
