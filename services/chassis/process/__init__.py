"""A process: its settings, clock, logs, health, lifetime and what works beside it."""
