"""Orders down the line of subordination."""
