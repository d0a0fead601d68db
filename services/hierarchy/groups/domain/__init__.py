"""Rules, pure of groups."""
