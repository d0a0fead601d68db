"""Pages of staff meetings."""
