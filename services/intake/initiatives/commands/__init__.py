"""Use cases, one a file: submission and withdrawal."""
