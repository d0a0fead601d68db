"""Tests of help with wording and submission."""
