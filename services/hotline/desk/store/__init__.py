"""What only the desk stores, and its readings."""
