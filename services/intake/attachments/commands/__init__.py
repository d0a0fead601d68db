"""What the worker does with files: scanning them, and removing those that nobody needs."""
