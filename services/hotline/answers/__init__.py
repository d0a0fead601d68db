"""Answers to reuse: drafted by operators, approved by the owning group, found while typing."""
