"""Rules, pure of targets."""
