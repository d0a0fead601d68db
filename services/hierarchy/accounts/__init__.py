"""Accounts of the staff: sign-in, OpenID Connect, sessions, passwords, links."""
