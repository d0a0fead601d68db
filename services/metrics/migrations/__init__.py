"""The figures' own tables."""
