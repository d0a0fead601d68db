"""Rules, pure of territory."""
