"""Pages of cabinet."""
