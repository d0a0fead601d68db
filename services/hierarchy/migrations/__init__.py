"""The schema of hierarchy, file by file."""

REGISTERED_AS = "services.hierarchy.store.migrations"
