"""Use cases, one a file of orders."""
