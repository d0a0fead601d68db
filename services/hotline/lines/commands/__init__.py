"""What is done with lines and duty, a use case in a file."""
