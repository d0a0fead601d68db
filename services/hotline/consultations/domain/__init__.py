"""What a consultation is, and who may count it."""
