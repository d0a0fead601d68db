"""What authors correct themselves: where an initiative or they themselves are counted."""
