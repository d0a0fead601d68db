"""The desk of the hotline, as people use it."""
