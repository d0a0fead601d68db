"""The whole system on one server, in containers."""
