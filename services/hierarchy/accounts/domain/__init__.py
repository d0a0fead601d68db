"""Rules, pure of accounts."""
