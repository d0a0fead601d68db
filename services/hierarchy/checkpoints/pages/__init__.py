"""Pages of checkpoints."""
