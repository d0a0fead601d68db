"""Use cases, one a file of targets."""
