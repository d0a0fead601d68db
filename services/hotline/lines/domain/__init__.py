"""What a line is, when it is open, who is on duty. Pure."""
