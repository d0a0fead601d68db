"""Tables of participants, read and written."""
