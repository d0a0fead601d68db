"""What is done to keep nothing longer than it is needed."""
