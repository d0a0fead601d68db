"""What is done with messages, one a file."""
