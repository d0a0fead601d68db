"""What an answer to reuse is, and what may stand in it."""
