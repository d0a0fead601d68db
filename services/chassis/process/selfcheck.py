"""The self-check at start: what a process must not run without."""


class SelfCheckFailed(Exception):
    """Kafka, PostgreSQL or a setting is not as the work needs it; the process must not run."""
