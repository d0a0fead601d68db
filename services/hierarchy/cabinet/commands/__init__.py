"""Use cases, one a file of the cabinet's own."""
