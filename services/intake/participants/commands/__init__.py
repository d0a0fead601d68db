"""Use cases, one a file: registration and its confirmation."""
