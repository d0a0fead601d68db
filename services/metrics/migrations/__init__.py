"""The schema of metrics, file by file."""

REGISTERED_AS = "services.metrics.store.migrations"
