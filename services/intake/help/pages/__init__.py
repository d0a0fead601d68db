"""Pages: help, as its author, the staff and an executor see it."""
