"""The external OpenID Connect provider by which the staff may come in (Core 1.0, Discovery 1.0, RFC 7636)."""
