"""Rules, pure of orders."""
