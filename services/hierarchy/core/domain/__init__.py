"""Rules, pure of core."""
