"""Use cases, one a file: beginning a meeting, its sheet, its grid, what became of its rows."""
