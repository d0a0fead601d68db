"""What is done with answers to reuse."""
