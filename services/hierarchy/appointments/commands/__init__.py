"""Use cases, one a file of appointments."""
