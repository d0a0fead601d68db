"""Rules, pure of appointments."""
