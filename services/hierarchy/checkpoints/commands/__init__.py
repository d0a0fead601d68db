"""Use cases of checkpoints, one a file."""
