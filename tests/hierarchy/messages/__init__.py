"""Messages between those directly above and below each other."""
