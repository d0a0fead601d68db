"""Rules, pure of imports."""
