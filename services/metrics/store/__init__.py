"""The figures' tables, read and written."""
