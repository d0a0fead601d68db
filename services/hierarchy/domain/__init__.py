"""The rules of hierarchy, pure: files are read and judged here, nothing is stored."""
