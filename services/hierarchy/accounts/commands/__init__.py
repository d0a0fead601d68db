"""Use cases, one a file of accounts."""
