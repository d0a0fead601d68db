"""Tables of staff meetings, read and written."""
