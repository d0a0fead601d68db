"""Co-authors of initiatives."""
