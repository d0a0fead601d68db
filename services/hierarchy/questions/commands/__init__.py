"""What is done with questions, one a file."""
