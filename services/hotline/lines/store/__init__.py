"""The tables of lines, of who shares them, and of duty."""
