"""The municipalities as of the end of any day: over HTTP, as a page and a file; and day by day as a file."""
