"""Rules, pure of meetings."""
