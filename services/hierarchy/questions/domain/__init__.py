"""Rules, pure of questions."""
