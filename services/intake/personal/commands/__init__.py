"""Use cases, one a file: erasing a participant."""
