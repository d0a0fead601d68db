"""What metrics does with the events of the other services."""
