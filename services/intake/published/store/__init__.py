"""Which texts are open."""
