"""What hierarchy does: one use case for each file; each owns its transaction."""
