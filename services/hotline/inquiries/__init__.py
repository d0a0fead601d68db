"""Inquiries: what somebody asked by any channel, who holds it, by when they must answer, what was said."""
