"""Use cases, one a file of briefings."""
