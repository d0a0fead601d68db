"""What can be done in intake: one use case a file, each owning its transaction."""
