"""The tables of inquiries."""
