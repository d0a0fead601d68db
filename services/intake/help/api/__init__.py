"""HTTP: help, as its author, the staff and an executor use it."""
