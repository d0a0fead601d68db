"""The schema of intake, file by file."""

REGISTERED_AS = "services.intake.store.migrations"
