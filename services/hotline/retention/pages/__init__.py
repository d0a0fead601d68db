"""Pages of what is erased."""
