"""Tables, read and written of checkpoints."""
