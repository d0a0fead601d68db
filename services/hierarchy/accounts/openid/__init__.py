"""The external OpenID Connect provider by which the staff may sign in (Core 1.0, Discovery 1.0, RFC 7636)."""
