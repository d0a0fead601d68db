"""Questions up the line of subordination."""
