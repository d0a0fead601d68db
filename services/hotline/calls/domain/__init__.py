"""What a call is. Pure."""
