"""The schema of the hotline, file by file."""
