"""Tables of the sessions, read and written."""
