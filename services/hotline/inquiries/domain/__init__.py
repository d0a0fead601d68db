"""Inquiries and their rules. Pure: no database, no network, no clock."""
