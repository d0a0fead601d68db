"""Classifier and tables: upload, preview, apply; the same by the command line."""
