"""Pages for those who oversee."""
