"""Tables of co-authors, read and written."""
