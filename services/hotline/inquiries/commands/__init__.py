"""What is done with inquiries, a use case in a file."""
