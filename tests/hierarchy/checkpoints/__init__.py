"""Days, results, conclusions and warnings of the room of checkpoints."""
