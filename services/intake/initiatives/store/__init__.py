"""Tables of initiatives, read and written."""
