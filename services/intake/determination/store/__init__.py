"""Tables of decisions, read and written."""
