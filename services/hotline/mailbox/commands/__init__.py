"""What is done with letters that come."""
