"""The table of consultations."""
