"""What hierarchy answers over HTTP."""
