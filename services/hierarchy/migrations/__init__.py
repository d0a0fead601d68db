"""The schema of hierarchy, file by file."""
