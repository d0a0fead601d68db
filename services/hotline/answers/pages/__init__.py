"""Pages of answers to reuse."""
